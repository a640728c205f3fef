"""The store's migrations, which Alembic runs in order."""

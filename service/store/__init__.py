"""What is kept: tables, sessions and migrations, in SQLite or PostgreSQL."""

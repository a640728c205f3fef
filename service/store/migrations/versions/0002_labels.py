"""Labels that callers suggest."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of labels."""
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("suggested", sa.JSON, nullable=False),
        sa.Column("spans", sa.JSON, nullable=False),
        sa.Column("context", sa.JSON, nullable=True),
        sa.Column("language", sa.String(35), nullable=True),
        sa.Column("comment_id", sa.String(200), nullable=True),
        sa.Column("url", sa.Text, nullable=True),
        sa.Column("community", sa.Text, nullable=True),
        sa.Column("client_token", sa.Text, nullable=True),
        sa.Column("key_id", sa.Integer, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_labels"),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk_labels_key_id"),
    )
    op.create_index("ix_labels_site", "labels", ["site"])
    op.create_index("ix_labels_comment_id", "labels", ["comment_id"])


def downgrade() -> None:
    """Drop the table of labels."""
    op.drop_table("labels")

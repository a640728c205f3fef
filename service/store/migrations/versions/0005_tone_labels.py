"""The labels of tone: two more scores that the queue can be sorted by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TONE = ("condescension", "dismissal")
# service.store.tables.NOT_JUDGED: what was scored before knows nothing of tone.
_NOT_JUDGED = "-1.0"


def upgrade() -> None:
    """Add the columns, each with its order of the queue."""
    for label in _TONE:
        column = sa.Column(label, sa.Float, nullable=False, server_default=_NOT_JUDGED)
        op.add_column("comments", column)
        columns = ["site", "state", label, "id", "section", "erased_at"]
        op.create_index(f"ix_comments_queue_{label}", "comments", columns)


def downgrade() -> None:
    """Drop the columns and their indices."""
    for label in _TONE:
        op.drop_index(f"ix_comments_queue_{label}", table_name="comments")
        op.drop_column("comments", label)

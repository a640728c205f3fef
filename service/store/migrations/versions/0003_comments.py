"""Comments kept for moderation, their scores, decisions, reports and claims."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LABELS = ("incivility", "insult", "profanity", "identity_attack", "threat")
_ORDERS = ("created_at", "uncertainty", "reports", *_LABELS)
_SQLITE_GUARD = (
    "CREATE TRIGGER decisions_no_{verb} BEFORE {verb} ON decisions "
    "BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END"
)
_POSTGRES_FUNCTION = (
    "CREATE FUNCTION comity_append_only() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
)
_POSTGRES_GUARD = (
    "CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions "
    "FOR EACH ROW EXECUTE FUNCTION comity_append_only()"
)


def upgrade() -> None:
    """Make the tables of moderation; decisions can be added, and neither changed nor deleted."""
    _comments()
    _scores()
    _decisions()
    _reports()
    op.create_table(
        "claims",
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", name="pk_claims"),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_claims_comment_id"),
    )
    op.create_table(
        "store_secrets",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_store_secrets"),
    )


def downgrade() -> None:
    """Drop the tables of moderation."""
    for table in ("store_secrets", "claims", "reader_reports", "decisions", "comment_scores"):
        op.drop_table(table)
    op.drop_table("comments")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION comity_append_only()")


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("section", sa.String(200), nullable=True),
        sa.Column("url", sa.Text, nullable=True),
        sa.Column("author", sa.String(64), nullable=True),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("context", sa.JSON, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("highlighted", sa.Boolean, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("uncertainty", sa.Float, nullable=False),
        *(sa.Column(label, sa.Float, nullable=False) for label in _LABELS),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sa.UniqueConstraint("site", "external_id", name="uq_comments_site_external_id"),
    )
    op.create_index("ix_comments_site_author", "comments", ["site", "author"])
    op.create_index("ix_comments_site_received_at", "comments", ["site", "received_at"])
    for order in _ORDERS:
        op.create_index(f"ix_comments_queue_{order}", "comments", ["site", "state", order, "id"])
    for order in ("created_at", "uncertainty"):
        columns = ["site", "state", "section", order, "id"]
        op.create_index(f"ix_comments_section_{order}", "comments", columns)


def _scores() -> None:
    op.create_table(
        "comment_scores",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comment_scores"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name="fk_comment_scores_comment_id"
        ),
        sa.UniqueConstraint("comment_id", "revision", "model", name="uq_comment_scores_comment_id"),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("labels", sa.JSON, nullable=True),
        sa.Column("batch", sa.String(36), nullable=True),
        sa.Column("undoes", sa.Integer, nullable=True),
        sa.Column("state_before", sa.String(16), nullable=False),
        sa.Column("state_after", sa.String(16), nullable=False),
        sa.Column("highlighted_before", sa.Boolean, nullable=False),
        sa.Column("highlighted_after", sa.Boolean, nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("scores", sa.JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_decisions_comment_id"),
        sa.ForeignKeyConstraint(["undoes"], ["decisions.id"], name="fk_decisions_undoes"),
        sa.UniqueConstraint("undoes", name="uq_decisions_undoes"),
    )
    op.create_index("ix_decisions_comment_id", "decisions", ["comment_id", "id"])
    op.create_index("ix_decisions_site_batch", "decisions", ["site", "batch"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRES_FUNCTION)
        op.execute(_POSTGRES_GUARD)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE_GUARD.format(verb=verb))


def _reports() -> None:
    op.create_table(
        "reader_reports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reporter", sa.String(64), nullable=True),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("text", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reader_reports"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name="fk_reader_reports_comment_id"
        ),
        sa.UniqueConstraint("comment_id", "reporter", name="uq_reader_reports_comment_id"),
    )
    op.create_index("ix_reader_reports_site_reporter", "reader_reports", ["site", "reporter"])

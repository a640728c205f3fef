"""The desk: batches, sections, people and their sessions, audit, policy, second reviews, webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LATEST = (
    "UPDATE comments SET action = coalesce((SELECT s.action FROM comment_scores s "
    "WHERE s.comment_id = comments.id ORDER BY s.id DESC LIMIT 1), 'review')"
)
_SECTIONS = (
    "INSERT INTO sections (site, name) "
    "SELECT DISTINCT site, section FROM comments WHERE section IS NOT NULL"
)
_LABELS = ("incivility", "insult", "profanity", "identity_attack", "threat")
_TABLES = (
    "webhook_deliveries",
    "webhooks",
    "second_review_skips",
    "second_reviews",
    "policy_versions",
    "audit_entries",
    "user_sessions",
    "users",
    "sections",
    "batches",
)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the desk's tables; what is kept already gets its action and its sections."""
    # Added with a default for the rows that are there; new rows always bring their own.
    action = sa.Column("action", sa.String(16), nullable=False, server_default="review")
    op.add_column("comments", action)
    op.execute(_LATEST)
    op.add_column("comment_scores", sa.Column("why", sa.Text, nullable=True))
    _anew("ix_comments_site_author", "site", "author", "state")
    op.drop_index("ix_comments_site_received_at", "comments")
    columns = ["site", "received_at", "state", "action"]
    op.create_index("ix_comments_site_received_at", "comments", columns)
    op.create_index("ix_decisions_site_at", "decisions", ["site", "at", "by", "action"])
    op.create_index("ix_decisions_site_by", "decisions", ["site", "by", "id"])
    op.create_table(
        "sections",
        _text("site", 100),
        _text("name", 200),
        sa.PrimaryKeyConstraint("site", "name", name="pk_sections"),
    )
    op.execute(_SECTIONS)
    _label_indices("section", "erased_at")
    _batches()
    _people()
    _policy()
    _second_reviews()
    _webhooks()


def downgrade() -> None:
    """Drop the desk's tables and columns."""
    for table in _TABLES:
        op.drop_table(table)
    _label_indices()
    op.drop_index("ix_decisions_site_by", "decisions")
    op.drop_index("ix_decisions_site_at", "decisions")
    op.drop_column("comment_scores", "why")
    op.drop_index("ix_comments_site_received_at", "comments")
    op.create_index("ix_comments_site_received_at", "comments", ["site", "received_at"])
    _anew("ix_comments_site_author", "site", "author")
    op.drop_column("comments", "action")


def _anew(index: str, *columns: str) -> None:
    """Make an index of the comments again, with other columns."""
    op.drop_index(index, "comments")
    op.create_index(index, "comments", list(columns))


def _label_indices(*more: str) -> None:
    """Make the indices of the labels anew, with ``more`` columns at their end."""
    for label in _LABELS:
        name = f"ix_comments_queue_{label}"
        op.drop_index(name, "comments")
        op.create_index(name, "comments", ["site", "state", label, "id", *more])


def _batches() -> None:
    op.create_table(
        "batches",
        _text("name", 36),
        _text("site", 100),
        _text("by", 100),
        _time("at"),
        _text("action", 16),
        _text("reason", 32, optional=True),
        _text("label", 32, optional=True),
        sa.Column("minimum", sa.Float, nullable=True),
        sa.Column("maximum", sa.Float, nullable=True),
        _text("section", 200, optional=True),
        *(_number(name) for name in ("wanted", "decided", "skipped", "undone")),
        sa.Column("place", sa.Text, nullable=True),
        _number("undo_place", optional=True),
        _time("ended_at", optional=True),
        sa.PrimaryKeyConstraint("name", name="pk_batches"),
    )
    op.create_index("ix_batches_site_at", "batches", ["site", "at"])


def _people() -> None:
    _make(
        "users",
        _text("site", 100),
        _text("name", 100),
        _text("folded", 100),
        _text("role", 16),
        _text("password", 200),
        _time("created_at"),
        _time("disabled_at", optional=True),
        _number("failures"),
        _time("locked_until", optional=True),
        sa.UniqueConstraint("folded", name="uq_users_folded"),
    )
    _make(
        "user_sessions",
        _number("user_id"),
        _text("digest", 64),
        *(_time(name) for name in ("created_at", "seen_at", "ends_at")),
        _reference("user_sessions", "user_id", "users"),
        sa.UniqueConstraint("digest", name="uq_user_sessions_digest"),
    )
    op.create_index("ix_user_sessions_user_id", "user_sessions", ["user_id"])
    _make(
        "audit_entries",
        _text("site", 100),
        _time("at"),
        _text("by", 100),
        _text("what", 64),
        _text("subject", 200),
        sa.Column("detail", sa.JSON, nullable=True),
    )
    op.create_index("ix_audit_entries_site_id", "audit_entries", ["site", "id"])


def _policy() -> None:
    _make(
        "policy_versions",
        _text("site", 100),
        _number("number"),
        _time("at"),
        _text("by", 100),
        sa.Column("note", sa.Text, nullable=True),
        _number("restores", optional=True),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.UniqueConstraint("site", "number", name="uq_policy_versions_site"),
    )


def _second_reviews() -> None:
    _make(
        "second_reviews",
        _text("site", 100),
        _number("comment_id"),
        _number("decision_id"),
        _time("asked_at"),
        _text("first_by", 100),
        _text("first_action", 16),
        _text("leased_by", 100, optional=True),
        _time("leased_until", optional=True),
        _text("second_by", 100, optional=True),
        _text("second_action", 16, optional=True),
        sa.Column("second_labels", sa.JSON, nullable=True),
        _time("second_at", optional=True),
        sa.Column("agrees", sa.Boolean, nullable=True),
        _reference("second_reviews", "comment_id", "comments"),
        _reference("second_reviews", "decision_id", "decisions"),
        sa.UniqueConstraint("decision_id", name="uq_second_reviews_decision_id"),
    )
    columns = ["site", "second_by", "id"]
    op.create_index("ix_second_reviews_site_second_by", "second_reviews", columns)
    op.create_index("ix_second_reviews_site_second_at", "second_reviews", ["site", "second_at"])
    op.create_index("ix_second_reviews_comment_id", "second_reviews", ["comment_id"])
    op.create_table(
        "second_review_skips",
        _number("review_id"),
        _text("by", 100),
        sa.PrimaryKeyConstraint("review_id", "by", name="pk_second_review_skips"),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["second_reviews.id"],
            name="fk_second_review_skips_review_id",
            ondelete="CASCADE",
        ),
    )


def _webhooks() -> None:
    _make(
        "webhooks",
        _text("site", 100),
        sa.Column("url", sa.Text, nullable=False),
        _text("secret", 100),
        _time("created_at"),
        _time("disabled_at", optional=True),
        _text("lease", 36, optional=True),
        _time("leased_until", optional=True),
        _time("held_until", optional=True),
        *(_number(name) for name in ("delivered", "failed", "given_up")),
        _time("last_success_at", optional=True),
        _time("last_fault_at", optional=True),
        _text("last_fault", 200, optional=True),
    )
    op.create_index("ix_webhooks_site", "webhooks", ["site"])
    _make(
        "webhook_deliveries",
        _number("webhook_id"),
        _text("event", 36),
        _number("decision_id", optional=True),
        sa.Column("body", sa.JSON, nullable=False),
        _time("created_at"),
        _time("due_at", optional=True),
        _number("attempts"),
        _number("last_status", optional=True),
        _text("last_fault", 200, optional=True),
        _time("delivered_at", optional=True),
        _reference("webhook_deliveries", "webhook_id", "webhooks"),
        _reference("webhook_deliveries", "decision_id", "decisions"),
        sa.UniqueConstraint("webhook_id", "event", name="uq_webhook_deliveries_webhook_id"),
    )
    op.create_index(
        "ix_webhook_deliveries_waiting",
        "webhook_deliveries",
        ["webhook_id", "due_at", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    columns = ["webhook_id", "id"]
    op.create_index("ix_webhook_deliveries_webhook_id", "webhook_deliveries", columns)


def _make(name: str, *rest: sa.schema.SchemaItem) -> None:
    number = sa.Column("id", sa.Integer, nullable=False)
    op.create_table(name, number, *rest, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))


def _text(name: str, length: int, *, optional: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=optional)


def _number(name: str, *, optional: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, nullable=optional)


def _time(name: str, *, optional: bool = False) -> "sa.Column[object]":
    return sa.Column(name, _TIME, nullable=optional)


def _reference(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=f"fk_{table}_{column}")

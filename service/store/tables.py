"""The tables, as SQLAlchemy maps them."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from model.labels import NAMES

# Below every score, so that a comment without scores comes last.
NOT_JUDGED: Final = -1.0


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone: UTC in, UTC out, also in SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time as UTC; a time without a zone is a mistake and raises ``ValueError``."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time in the store needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time as UTC."""
        if value is None or value.tzinfo is not None:
            return value.astimezone(UTC) if value else None
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The base of all tables; constraints have stable names, so that migrations can address them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ApiKey(Base):
    """An API key of a site. The key itself is not kept: only its first characters and its SHA-256."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    site: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(12), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime())


class KeptLabel(Base):
    """What somebody says a comment's labels should be, for a model to learn from.

    ``labels`` is by our names, 0 to 1; ``suggested`` is what came, in the caller's words. ``spans`` is
    a list of [begin, end, label, value] in code points. ``comment_id``, ``url`` and ``community`` are
    the caller's own, where they came along.
    """

    __tablename__ = "labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100), index=True)
    source: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    labels: Mapped[dict[str, float]] = mapped_column(JSON)
    suggested: Mapped[dict[str, object]] = mapped_column(JSON)
    spans: Mapped[list[object]] = mapped_column(JSON)
    context: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    language: Mapped[str | None] = mapped_column(String(35))
    comment_id: Mapped[str | None] = mapped_column(String(200), index=True)
    url: Mapped[str | None] = mapped_column(Text)
    community: Mapped[str | None] = mapped_column(Text)
    client_token: Mapped[str | None] = mapped_column(Text)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime())


def _queue_indices() -> list[Index]:
    """An index for each order of the queue: the equalities, what it is sorted by, the tie-breaker."""
    orders = ("created_at", "uncertainty", "reports")
    whole = [Index(f"ix_comments_queue_{name}", "site", "state", name, "id") for name in orders]
    # With what the batch view counts by, so that it reads the index alone and not every comment.
    whole += [
        Index(f"ix_comments_queue_{name}", "site", "state", name, "id", "section", "erased_at")
        for name in NAMES
    ]
    # The others would double what each write costs; a section is read by these and then sorted.
    within = [
        Index(f"ix_comments_section_{name}", "site", "state", "section", name, "id")
        for name in ("created_at", "uncertainty")
    ]
    return whole + within


class KeptComment(Base):
    """A comment kept for moderation, as it was sent last.

    ``revision`` counts the texts and contexts it has had, from 1. ``author`` and no other name is an
    HMAC (service.moderation.pseudonyms). ``text`` is None once it is erased. The columns named as
    labels repeat the latest scores, so that the queue can be sorted by an index; they are
    ``NOT_JUDGED`` where there are none. ``uncertainty`` is the distance to the nearest edge of a
    rule. ``state`` is one of ``service.moderation.decisions.STATES``, ``action`` what the policy made of
    the latest scores.
    """

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("site", "external_id", name="uq_comments_site_external_id"),
        # With the state: to count an author's comments by it, SQLite would walk the whole site in order.
        Index("ix_comments_site_author", "site", "author", "state"),
        # With what is counted by day, so that counting reads the index alone.
        Index("ix_comments_site_received_at", "site", "received_at", "state", "action"),
        *_queue_indices(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    external_id: Mapped[str] = mapped_column(String(200))
    section: Mapped[str | None] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text)
    context: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcTime())
    received_at: Mapped[datetime] = mapped_column(UtcTime())
    erased_at: Mapped[datetime | None] = mapped_column(UtcTime())
    state: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(16))
    highlighted: Mapped[bool]
    reports: Mapped[int]
    uncertainty: Mapped[float] = mapped_column(Float)
    incivility: Mapped[float] = mapped_column(Float)
    insult: Mapped[float] = mapped_column(Float)
    profanity: Mapped[float] = mapped_column(Float)
    identity_attack: Mapped[float] = mapped_column(Float)
    threat: Mapped[float] = mapped_column(Float)
    # They came later: what was scored before them is not judged by them.
    condescension: Mapped[float] = mapped_column(Float, server_default=str(NOT_JUDGED))
    dismissal: Mapped[float] = mapped_column(Float, server_default=str(NOT_JUDGED))


class CommentScores(Base):
    """How one revision of a comment reads to one version of the model; never overwritten.

    ``result`` is what the API answers, without the id: scores, labels, target, spans and the rest.
    ``why`` names the rule behind ``action``; it quotes nothing of the comment.
    """

    __tablename__ = "comment_scores"
    __table_args__ = (
        UniqueConstraint("comment_id", "revision", "model", name="uq_comment_scores_comment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    revision: Mapped[int]
    model: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(Text)
    result: Mapped[dict[str, object]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcTime())


class DecisionRow(Base):
    """What somebody decided about a comment; the database refuses to change or delete a row.

    ``by`` is who, ``batch`` is shared by the decisions of one call for many, ``undoes`` is the
    decision that an undo takes back. ``model`` and ``scores`` are what was on record at the time.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_comment_id", "comment_id", "id"),
        Index("ix_decisions_site_batch", "site", "batch"),
        Index("ix_decisions_site_at", "site", "at", "by", "action"),
        Index("ix_decisions_site_by", "site", "by", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    revision: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime())
    by: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    labels: Mapped[dict[str, float] | None] = mapped_column(JSON(none_as_null=True))
    batch: Mapped[str | None] = mapped_column(String(36))
    undoes: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    state_before: Mapped[str] = mapped_column(String(16))
    state_after: Mapped[str] = mapped_column(String(16))
    highlighted_before: Mapped[bool]
    highlighted_after: Mapped[bool]
    model: Mapped[str] = mapped_column(String(100))
    scores: Mapped[dict[str, float] | None] = mapped_column(JSON(none_as_null=True))


class ReaderReport(Base):
    """A reader's report of a comment; ``reporter`` is an HMAC, and reports a comment once."""

    __tablename__ = "reader_reports"
    __table_args__ = (
        UniqueConstraint("comment_id", "reporter", name="uq_reader_reports_comment_id"),
        Index("ix_reader_reports_site_reporter", "site", "reporter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    at: Mapped[datetime] = mapped_column(UtcTime())
    reporter: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(32))
    text: Mapped[str | None] = mapped_column(Text)


class Claim(Base):
    """Who has a comment before them, and until when nobody else is to decide about it."""

    __tablename__ = "claims"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime] = mapped_column(UtcTime())


class BatchRow(Base):
    """A decision about many comments: what was asked for, and how far it has come.

    ``name`` is the ``batch`` of its decisions. Where it is about a range, ``label``, ``minimum``,
    ``maximum`` and ``section`` say which, ``place`` is where the next step begins (None before the
    first), and ``ended_at`` is None until all of it is decided. ``wanted`` is how many comments it was
    about when it began at ``at``. ``undone`` counts its decisions that were taken back, one by one or
    together; ``undo_place`` is the last decision that an undoing of all has come to.
    """

    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_site_at", "site", "at"),)

    name: Mapped[str] = mapped_column(String(36), primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcTime())
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    label: Mapped[str | None] = mapped_column(String(32))
    minimum: Mapped[float | None] = mapped_column(Float)
    maximum: Mapped[float | None] = mapped_column(Float)
    section: Mapped[str | None] = mapped_column(String(200))
    wanted: Mapped[int]
    decided: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    undone: Mapped[int] = mapped_column(default=0)
    place: Mapped[str | None] = mapped_column(Text)
    undo_place: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime())


class StoreSecret(Base):
    """A secret that the store made for itself."""

    __tablename__ = "store_secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Section(Base):
    """A section that a site has sent comments of; to list them from the comments would read them all."""

    __tablename__ = "sections"

    site: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)


class User(Base):
    """Somebody who may sign in to the dashboard of a site.

    ``name`` is what they sign in with, ``folded`` the same in one case, so that no two differ by case
    alone. ``password`` is an argon2 hash. ``failures`` counts wrong passwords since the last right one.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    folded: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcTime())
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime())
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime())


class UserSession(Base):
    """A sign-in that is still good. The cookie's token is not kept: only its SHA-256."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime())
    seen_at: Mapped[datetime] = mapped_column(UtcTime())
    ends_at: Mapped[datetime] = mapped_column(UtcTime())


class AuditEntry(Base):
    """Who changed people, keys, webhooks, policy or models, and what they changed; never updated."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_site_id", "site", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcTime())
    by: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))


class PolicyVersion(Base):
    """The rules of a site as they were saved; the highest ``number`` holds. Never updated.

    ``restores`` is the number of the version that a roll-back brought back.
    """

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("site", "number", name="uq_policy_versions_site"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime())
    by: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)
    restores: Mapped[int | None]
    rules: Mapped[list[object]] = mapped_column(JSON)


class SecondReview(Base):
    """A decision that a second person is asked about without being told of the first.

    ``leased_by`` has it before them until ``leased_until``. ``second_by`` and what follows are None
    until somebody has answered. ``agrees`` compares the two.
    """

    __tablename__ = "second_reviews"
    __table_args__ = (
        Index("ix_second_reviews_site_second_by", "site", "second_by", "id"),
        Index("ix_second_reviews_site_second_at", "site", "second_at"),
        Index("ix_second_reviews_comment_id", "comment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcTime())
    first_by: Mapped[str] = mapped_column(String(100))
    first_action: Mapped[str] = mapped_column(String(16))
    leased_by: Mapped[str | None] = mapped_column(String(100))
    leased_until: Mapped[datetime | None] = mapped_column(UtcTime())
    second_by: Mapped[str | None] = mapped_column(String(100))
    second_action: Mapped[str | None] = mapped_column(String(16))
    second_labels: Mapped[dict[str, float] | None] = mapped_column(JSON(none_as_null=True))
    second_at: Mapped[datetime | None] = mapped_column(UtcTime())
    agrees: Mapped[bool | None]


class SecondReviewSkip(Base):
    """Somebody who was asked for a second review and left it to others."""

    __tablename__ = "second_review_skips"

    review_id: Mapped[int] = mapped_column(
        ForeignKey("second_reviews.id", ondelete="CASCADE"), primary_key=True
    )
    by: Mapped[str] = mapped_column(String(100), primary_key=True)


class Webhook(Base):
    """Where a site wants to be told of decisions. ``secret`` signs what is sent, so it is kept as it is.

    Who holds ``lease`` until ``leased_until`` is the only one to deliver to it. Nothing is sent before
    ``held_until``. What follows counts the tries and tells of the last ones.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(String(100), index=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcTime())
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime())
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None] = mapped_column(UtcTime())
    held_until: Mapped[datetime | None] = mapped_column(UtcTime())
    delivered: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    given_up: Mapped[int] = mapped_column(default=0)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcTime())
    last_fault_at: Mapped[datetime | None] = mapped_column(UtcTime())
    last_fault: Mapped[str | None] = mapped_column(String(200))


_WAITING: Final = text("due_at IS NOT NULL")


class WebhookDelivery(Base):
    """One message to one webhook, written together with the decision that it tells of.

    ``event`` is the same for all webhooks that are told of a decision. ``due_at`` is its place in the
    webhook's line and not sent before; it is None once the message was delivered or given up.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event", name="uq_webhook_deliveries_webhook_id"),
        Index(
            "ix_webhook_deliveries_waiting",
            "webhook_id",
            "due_at",
            "id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_webhook_deliveries_webhook_id", "webhook_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event: Mapped[str] = mapped_column(String(36))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    body: Mapped[dict[str, object]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcTime())
    due_at: Mapped[datetime | None] = mapped_column(UtcTime())
    attempts: Mapped[int]
    last_status: Mapped[int | None]
    last_fault: Mapped[str | None] = mapped_column(String(200))
    delivered_at: Mapped[datetime | None] = mapped_column(UtcTime())

"""/v1/policy: a site's rules, their versions, their roll-back, and what other rules would do."""

from datetime import UTC, datetime

from flask import Blueprint, Response, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from service.api.access import authorise
from service.api.body import read_body, read_query
from service.api.document import Described
from service.api.policy_schemas import (
    MoveReply,
    OverruledReply,
    PolicyReply,
    PolicyRequest,
    PreviewReply,
    PreviewRequest,
    RollbackRequest,
    VersionsQuery,
    VersionsReply,
)
from service.api.refusals import KEYED, WITH_BODY
from service.errors import InvalidField, NotFound, NotReady, PolicyChanged
from service.moderation import policies
from service.moderation.policies import SHIPPED, Change
from service.moderation.policy import Rule, shipped_rules
from service.moderation.preview import preview
from service.moderation.rule_shape import RuleShape, written
from service.moderation.shares import Share
from service.parts import parts
from service.store.tables import PolicyVersion

bp = Blueprint("policy", __name__)


@bp.get("/v1/policy")
@Described("The site's policy", tag="Policy", reply=PolicyReply, refusals=(*KEYED, NotReady))
def show() -> Response:
    """The rules that hold, and the number that a change must be based on."""
    caller = authorise("moderate", "admin")
    with parts().store.reading() as session:
        reply = _current(session, caller.site)
    return _json(reply)


@bp.put("/v1/policy")
@Described(
    "Save rules",
    tag="Policy",
    body=PolicyRequest,
    reply=PolicyReply,
    refusals=(*WITH_BODY, PolicyChanged),
)
def save() -> Response:
    """The new version. It holds for comments that come from now on; kept ones stay as they are."""
    caller = authorise("admin")
    sent = read_body(request, PolicyRequest)
    change = Change(_rules(sent.rules), sent.number, caller.name, sent.note)
    with parts().store.writing() as session:
        reply = _version(policies.save(session, caller.site, change, now=datetime.now(UTC)))
    return _json(reply)


@bp.get("/v1/policy/versions")
@Described(
    "Versions of the policy",
    tag="Policy",
    query=VersionsQuery,
    reply=VersionsReply,
    refusals=(*KEYED, InvalidField, NotReady),
)
def list_versions() -> Response:
    """All that were ever saved, the newest first."""
    caller = authorise("moderate", "admin")
    asked = read_query(request, VersionsQuery)
    with parts().store.reading() as session:
        rows = policies.versions(session, caller.site, limit=asked.limit + 1, before=asked.before)
        shown = rows[: asked.limit]
        more = shown[-1].number if len(rows) > asked.limit else None
        reply = VersionsReply(versions=[_version(row) for row in shown], next=more)
    return _json(reply)


@bp.post("/v1/policy/rollback")
@Described(
    "Bring a version of the policy back",
    tag="Policy",
    body=RollbackRequest,
    reply=PolicyReply,
    refusals=(*WITH_BODY, NotFound, NotReady, PolicyChanged),
)
def roll_back() -> Response:
    """A new version with the rules of an old one; the versions in between stay in the history."""
    caller = authorise("admin")
    number = read_body(request, RollbackRequest).number
    with parts().store.writing() as session:
        row = policies.roll_back(
            session, caller.site, number, by=caller.name, now=datetime.now(UTC)
        )
        reply = _version(row)
    return _json(reply)


@bp.post("/v1/policy/preview")
@Described(
    "What other rules would do",
    tag="Policy",
    body=PreviewRequest,
    reply=PreviewReply,
    refusals=(*WITH_BODY, NotReady),
)
def preview_rules() -> Response:
    """On the comments of the last days: what would move, and how often moderators disagreed."""
    caller = authorise("moderate", "admin")
    proposed = _rules(read_body(request, PreviewRequest).rules)
    given = parts()
    with given.store.reading() as session:
        thresholds = given.ready_scorer().thresholds
        present = given.policies.current(session, caller.site, thresholds).rules
        seen = preview(session, caller.site, present, proposed, now=datetime.now(UTC))
    moves = [
        MoveReply(section=m.section, before=m.before, after=m.after, comments=m.comments)
        for m in seen.moves
    ]
    reply = PreviewReply(
        since=seen.since,
        comments=seen.comments,
        read=seen.read,
        moves=moves,
        present=_overruled(seen.present),
        proposed=_overruled(seen.proposed),
    )
    return _json(reply)


def _current(session: Session, site: str) -> PolicyReply:
    row = policies.last_version(session, site)
    if row is not None:
        return _version(row)
    return PolicyReply(
        number=SHIPPED,
        at=None,
        by=None,
        note=None,
        restores=None,
        shipped=True,
        rules=_shapes(_shipped()),
    )


def _version(row: PolicyVersion) -> PolicyReply:
    shipped = row.restores == SHIPPED
    return PolicyReply(
        number=row.number,
        at=row.at,
        by=row.by,
        note=row.note,
        restores=row.restores,
        shipped=shipped,
        rules=_shapes(_shipped() if shipped else policies.rules_of(row)),
    )


def _shipped() -> tuple[Rule, ...]:
    return shipped_rules(parts().ready_scorer().thresholds)


def _rules(shapes: list[RuleShape]) -> tuple[Rule, ...]:
    return tuple(shape.as_rule() for shape in shapes)


def _shapes(rules: tuple[Rule, ...]) -> list[RuleShape]:
    return [RuleShape.model_validate(written(rule)) for rule in rules]


def _overruled(share: Share) -> OverruledReply:
    return OverruledReply(
        overruled=share.part,
        decisions=share.whole,
        share=share.value,
        low=share.low,
        high=share.high,
    )


def _json(reply: BaseModel) -> Response:
    return Response(reply.model_dump_json(), mimetype="application/json")

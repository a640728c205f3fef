"""POST /doors/coral: Coral's external moderation phase, answered by our policy. Nothing is kept."""

from typing import Final

from flask import Blueprint, Response, g, request

from service.api.access import authorise, spend
from service.api.body import as_shape, read_raw, refuse_unless_json
from service.api.document import Described
from service.api.refusals import SCORING_ONE
from service.api.schemas import CommentIn
from service.doors.coral.mapping import reply_to
from service.doors.coral.plain import plain_text
from service.doors.coral.schemas import CoralReply, CoralRequest
from service.doors.coral.signature import HEADER, is_signed
from service.errors import BadRequest, KeyRefused
from service.judging import judge_all
from service.keys import Caller
from service.parts import parts

bp: Final = Blueprint("coral", __name__)


@bp.post("/doors/coral")
@Described(
    "Coral: an external moderation phase",
    tag="Doors",
    body=CoralRequest,
    reply=CoralReply,
    statuses={204: "The policy has nothing against the comment; Coral goes on by itself."},
    refusals=(BadRequest, *SCORING_ONE),
)
def moderate() -> Response:
    """What the policy would do with the comment, in Coral's words."""
    raw, caller = _admitted()
    refuse_unless_json(request)
    sent = as_shape(raw, CoralRequest)
    spend(caller, "comments", 1)
    comment = CommentIn(id=None, text=plain_text(sent.comment.body))
    (decided,) = judge_all([comment], parts(), site=caller.site).decisions
    g.comments = 1
    premoderated = parts().settings.site(caller.site).coral_premoderated
    action = "highlight" if decided.action == "approve" and decided.highlight else decided.action
    reply = reply_to(action, premoderated=premoderated)
    if reply is None:
        return Response(status=204)
    return Response(reply.model_dump_json(exclude_none=True), mimetype="application/json")


def _admitted() -> tuple[bytes, Caller]:
    """The body and who sent it: by its signature where any secret is set, else by an API key."""
    signers = parts().settings.coral_signers
    if not signers:
        caller = authorise("score")
        return read_raw(request), caller
    raw = read_raw(request)
    header = request.headers.get(HEADER, "")
    for site, secret in signers:
        if is_signed(raw, header, secret):
            caller = Caller(None, site, frozenset({"score"}))
            spend(caller, "requests", 1)
            return raw, caller
    what = "is not of a secret that is set here" if header else "is missing"
    raise KeyRefused(f"the signature {what} (header {HEADER})")

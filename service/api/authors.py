"""/v1/authors: what is held about an author, and its erasure."""

from datetime import UTC, datetime

from flask import Blueprint, Response

from service.api.access import authorise
from service.api.comment_schemas import AuthorReply, ErasedReply
from service.api.document import Described
from service.api.refusals import KEYED
from service.moderation import retention
from service.moderation.keeping import storable
from service.parts import parts

bp = Blueprint("authors", __name__)


@bp.get("/v1/authors/<author_id>")
@Described("All that is held about an author", tag="Moderation", reply=AuthorReply, refusals=KEYED)
def export_author(author_id: str) -> Response:
    """Comments with what became of them, labels kept for them, and the reports that the author made."""
    caller = authorise("admin")
    # Writing, because the store's secret is made at the first question.
    with parts().store.writing() as session:
        held = retention.held_about(session, caller.site, storable(author_id))
    reply = AuthorReply.model_validate(held)
    return Response(reply.model_dump_json(), mimetype="application/json")


@bp.delete("/v1/authors/<author_id>")
@Described("Erase all of an author", tag="Moderation", reply=ErasedReply, refusals=KEYED)
def erase_author(author_id: str) -> Response:
    """Blank texts, contexts and the author in the author's comments; the decisions stay."""
    caller = authorise("admin")
    with parts().store.writing() as session:
        count = retention.erase_author(
            session, caller.site, storable(author_id), now=datetime.now(UTC)
        )
    reply = ErasedReply(erased=count)
    return Response(reply.model_dump_json(), mimetype="application/json")

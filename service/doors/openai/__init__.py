"""POST /v1/moderations: OpenAI's moderation call, answered from our labels. Nothing is kept."""

import re
import uuid
from typing import Final

from flask import Blueprint, Response, g, request

from service import errors
from service.api.access import authorise, spend
from service.api.body import read_body
from service.api.document import Described
from service.api.refusals import SCORING
from service.api.schemas import CommentIn, Error
from service.doors.openai import mapping
from service.doors.openai.schemas import (
    Input,
    ModerationReply,
    ModerationRequest,
    OpenAiErrorReply,
    TextPart,
)
from service.errors import BadRequest, InvalidField, TooManyComments
from service.judging import score_all
from service.parts import parts

bp: Final = Blueprint("openai", __name__)
_VARIANT: Final = re.compile(r"^(input)\.(?:texts?|parts)|(?<=\])\.(?:text|image_url)(?=\.)")
errors.register(bp, shape=mapping.as_error)


@bp.post("/v1/moderations")
@Described(
    "OpenAI: moderate texts",
    tag="Doors",
    body=ModerationRequest,
    reply=ModerationReply,
    error=OpenAiErrorReply,
    refusals=(BadRequest, *SCORING),
)
def moderate() -> Response:
    """One result a text, in order."""
    caller = authorise("score")
    texts = _texts_of(_read().input)
    _refuse_too_many(len(texts), parts().settings.max_comments)
    spend(caller, "comments", len(texts))
    judged = score_all([CommentIn(id=None, text=text) for text in texts], parts(), site=caller.site)
    for place, result in enumerate(judged.results):
        if result.error is not None:
            raise _wrong_text(result.error, place, len(texts))
    g.comments = len(texts)
    reply = ModerationReply(
        id=f"modr-{uuid.uuid4().hex}",
        model=judged.model,
        results=[mapping.as_moderation(result) for result in judged.results],
    )
    return Response(reply.model_dump_json(), mimetype="application/json")


def _read() -> ModerationRequest:
    """The request; a fault is named as in the request, without the names of our own variants."""
    try:
        return read_body(request, ModerationRequest)
    except InvalidField as error:
        field = _VARIANT.sub(r"\1", error.field or "")
        message = error.message.replace(error.field or "", field)
        raise InvalidField(message, field=field or None) from None


def _texts_of(sent: Input) -> list[str]:
    """The texts to score: one of each item, but a list of parts is one text."""
    if isinstance(sent, str):
        return [sent]
    plain = [item for item in sent if isinstance(item, str)]
    if plain:
        return plain
    written = [part.text for part in sent if isinstance(part, TextPart)]
    if not written:
        raise InvalidField("input has images only, and images are not read here", field="input")
    return ["\n".join(written)]


def _refuse_too_many(count: int, limit: int) -> None:
    if count > limit:
        raise TooManyComments(f"input has {count} items, the limit is {limit}", field="input")


def _wrong_text(error: Error, place: int, count: int) -> InvalidField:
    """The refusal of the whole call for one text: the reply has no place for an error of its own."""
    field = "input" if count == 1 else f"input[{place}]"
    message = error.message.replace(f"comments[{place}].text", field)
    return InvalidField(message, field=field)

"""What can be wrong with one comment while the request around it is sound."""

from collections.abc import Iterator

from service.api.comment_schemas import UnsoundComment
from service.api.schemas import CommentIn, Error, is_unicode


def fault_of(comment: CommentIn, place: int, *, max_bytes: int) -> Error | None:
    """Why the comment at ``place`` of its request is not accepted, or None where it is.

    The codes are ``invalid_field`` (of a comment to keep), ``invalid_unicode``, ``empty`` and
    ``too_long``; a message never quotes the text.
    """
    if isinstance(comment, UnsoundComment):
        return _error("invalid_field", f"comments[{place}].{comment.field}", comment.says)
    for name, text in _texts(comment):
        if not is_unicode(text):
            what = "holds half of a surrogate pair, as a text cut within an emoji does"
            return _error("invalid_unicode", f"comments[{place}].{name}", what)
    field = f"comments[{place}].text"
    if not comment.text.strip():
        return _error("empty", field, "is blank")
    size = len(comment.text.encode())
    if size > max_bytes:
        return _error("too_long", field, f"has {size} bytes of UTF-8, the limit is {max_bytes}")
    return None


def _error(code: str, field: str, what: str) -> Error:
    return Error(code=code, message=f"{field} {what}", field=field)


def _texts(comment: CommentIn) -> Iterator[tuple[str, str]]:
    """Every text that the scorer may read, with its name."""
    yield "text", comment.text
    context = comment.context
    article = context.article if context else None
    if context and context.parent:
        yield "context.parent", context.parent
    if article:
        yield "context.article.title", article.title or ""
        yield "context.article.text", article.text or ""
        for i, author in enumerate(article.authors or ()):
            yield f"context.article.authors[{i}]", author

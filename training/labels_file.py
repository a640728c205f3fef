"""A desk's labels file: JSON Lines, one ``Example`` a line (design: surface.md, Labels file).

A file whose name ends in .gz is unpacked as it is read, as archives are.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from model.labels import NAMES, TARGET_KINDS
from model.records import Article, Context, Example, Span
from training.errors import TrainingError

MAX_LINE_BYTES: Final = 8 * 2**20
# A span's value from which it is marked: as of annotators, at least half must say so.
MARKED_FROM: Final = 0.5
# Pydantic's mark of an error in the key of a table and not in its value.
_KEY: Final = "[key]"
Form = TypeVar("Form", bound=BaseModel)
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)


class ArticleLine(_Strict):
    """The article of a labels line."""

    title: str | None = None
    text: str | None = None
    authors: list[str] | None = None


class ContextLine(_Strict):
    """The context of a labels line."""

    article: ArticleLine | None = None
    parent: str | None = None


def _as_span(given: Any) -> Any:
    """Read the short form [begin, end, label] as the long one; suggestscore's spans have a value too."""
    names = ("begin", "end", "label", "value")
    if isinstance(given, list) and 3 <= len(given) <= len(names):
        return dict(zip(names, given, strict=False))
    return given


class SpanLine(_Strict):
    """A span of a labels line, offsets in code points."""

    begin: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    label: Literal[NAMES]  # type: ignore[valid-type]
    value: Share = 1.0


class TargetLine(_Strict):
    """The target of a labels line in its long form."""

    kind: Literal[TARGET_KINDS]  # type: ignore[valid-type]


def _as_target(given: Any) -> Any:
    return {"kind": given} if isinstance(given, str) else given


def _as_text(given: Any) -> Any:
    """Read a whole number as text: numbers name moderators, keys and comments in many a desk's table."""
    is_whole = isinstance(given, int) and not isinstance(given, bool)
    return str(given) if is_whole else given


# A name that is its owner's own, and which is only ever compared.
Opaque = Annotated[str | None, BeforeValidator(_as_text)]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    return text


Words = Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]


class Line(_Strict):
    """One line of a labels file; names that it does not know are ignored."""

    text: Words
    labels: dict[Literal[NAMES], Share]  # type: ignore[valid-type]
    id: Opaque = None
    weight: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 1.0
    source: str = "decision"
    context: ContextLine | None = None
    target: Annotated[TargetLine | None, BeforeValidator(_as_target)] = None
    spans: list[Annotated[SpanLine, BeforeValidator(_as_span)]] | None = None
    by: Opaque = None
    key: Opaque = None
    at: str | None = None
    site: str | None = None
    batch: bool = False

    @model_validator(mode="after")
    def _spans_lie_in_the_text(self) -> "Line":
        for i, span in enumerate(self.spans or ()):
            if not span.begin < span.end <= len(self.text):
                raise ValueError(f"spans[{i}] must begin before it ends, inside the text")
        return self


class Text(_Strict):
    """One line of a file of unlabelled comments."""

    text: Words


def read(path: Path) -> Iterator[Example]:
    """Yield the examples of a labels file in order; blank lines are passed over.

    Raises ``TrainingError`` naming the file, the line and the field; never the comment's words.
    """
    for where, raw in _lines(path):
        yield _example(_parsed(Line, raw, where))


def read_texts(path: Path) -> Iterator[Example]:
    """Yield the comments of a file that holds ``text`` and no labels; raises as ``read`` does."""
    for where, raw in _lines(path):
        yield Example(text=_parsed(Text, raw, where).text, labels={}, source="unlabelled")


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with gzip.GzipFile(path) if path.suffix == ".gz" else path.open("rb") as file:
            number = 0
            while raw := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(raw) > MAX_LINE_BYTES:
                    raise TrainingError(f"{path}: line {number}: over {MAX_LINE_BYTES} bytes")
                if raw.strip():
                    yield f"{path}: line {number}", raw.removeprefix(b"\xef\xbb\xbf")
    except (EOFError, gzip.BadGzipFile, zlib.error):  # without the cause, which may quote the file
        raise TrainingError(f"{path}: is not a whole gzip file") from None
    except OSError as error:
        raise TrainingError(f"{path}: {error.strerror}") from error


def _parsed(form: type[Form], raw: bytes, where: str) -> Form:
    try:
        return form.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise TrainingError(f"{where}: {_named(first['loc'])}{first['msg']}") from None


def _named(place: tuple[int | str, ...]) -> str:
    """Return the field that an error stands in, for the head of its message.

    A key that is no known label is not repeated: a file written the wrong way round may have a
    comment there.
    """
    is_key = place[-1:] == (_KEY,)
    field = ".".join(map(str, place[:-2] if is_key else place))
    if not field:
        return ""
    return f"field {field}: one of its names: " if is_key else f"field {field}: "


def _example(line: Line) -> Example:
    return Example(
        **line.model_dump(exclude={"context", "target", "spans", "id"}),
        id=line.id or "",
        context=_context(line.context),
        target=line.target.kind if line.target else None,
        spans=_marked(line.spans),
    )


def _marked(lines: list[SpanLine] | None) -> tuple[Span, ...] | None:
    """Return the spans that are marked, None where nobody marked any.

    Where all fall under ``MARKED_FROM`` that is so too: which words carry the labels was not said, and
    no spans at all would say that none do.
    """
    if not lines:
        return None if lines is None else ()
    marked = (s for s in lines if s.value >= MARKED_FROM)
    return tuple(Span(s.begin, s.end, s.label, s.value) for s in marked) or None


def _context(line: ContextLine | None) -> Context | None:
    if line is None:
        return None
    article = line.article
    return Context(
        Article(article.title, article.text, tuple(article.authors or ())) if article else None,
        line.parent,
    )

"""Records of comma- and tab-separated text, and what is done about a quote that is not closed.

A quoted field may run over lines, and a file cannot say whether a quote was meant to open one. The
standard's reading (RFC 4180) is the first: a field that is closed well and leaves the row as many
fields as the header has is what its quotes say, whatever is on its lines. Only where that reading
fails is the quote stray. A record keeps the lines it has looked at, and then gives them back to be
read as rows of their own. The csv module cannot: what it took for a field is gone.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from service.archive.formats import Kind
from service.archive.lines import MAX_LINE_CHARS, Lines
from service.archive.rows import MAX_COMMENT_BYTES

DELIMITERS: Final[dict[Kind, str]] = {"csv": ",", "tsv": "\t"}
# No comment that may be scored is longer, so a quote still open after that can only be stray.
MAX_QUOTED_BYTES: Final = MAX_COMMENT_BYTES
# So many lines, each of which reads as a row, are taken for rows though a quote is closed after them:
# hardly a comment is a table as long. Fewer are not, because results and lists are what people post.
LINES_LIKE_ROWS: Final = 100
# A line of a file of one column reads as a row whatever is on it.
FEWEST_COLUMNS: Final = 2


class Line(NamedTuple):
    """One line of the file, its end apart.

    ``cut`` where it was too long to be held whole. ``rest`` where it is none, but what is left of
    the end before it: Windows writes ``\\r\\r\\n`` for the ``\\r\\n`` of a program that knew better.
    """

    number: int
    text: str
    end: str
    cut: bool
    rest: bool


class Pending:
    """The lines that are still to be read; those given back come first."""

    def __init__(self, lines: Lines | None) -> None:
        """Read ``lines``; None is a file that is at its end."""
        self._lines = lines
        self._given_back: deque[Line] = deque()
        self._number = 0
        self._end = ""

    def take(self) -> Line | None:
        """Return the next line, or None at the end of the file."""
        if self._given_back:
            return self._given_back.popleft()
        read = next(self._lines, None) if self._lines is not None else None
        if self._lines is None or read is None:
            return None
        text = read.rstrip("\r\n")
        rest = read == "\r\n" and self._end == "\r"
        self._end = read[len(text) :]
        self._number += not rest
        return Line(self._number, text, self._end, self._lines.was_cut(), rest)

    def give_back(self, lines: Sequence[Line]) -> None:
        """Have ``lines`` read again before any other."""
        self._given_back.extendleft(reversed(lines))


@dataclass(frozen=True, slots=True)
class Shape:
    """What records look like: their kind and, known once the header is read, how many fields."""

    kind: Kind
    columns: int | None = None
    id_at: int | None = None

    @property
    def delimiter(self) -> str:
        """The character between two fields."""
        return DELIMITERS[self.kind]


class _Quoted(NamedTuple):
    """A quoted field, the line it ends on, where it ends there, and the lines it went on over."""

    field: str
    line: Line
    at: int
    over: list[Line]


class _Stray(NamedTuple):
    """Why a quote opens no field, and the lines after its own that were looked at for the end."""

    why: str
    over: list[Line]


def record(first: Line, pending: Pending, shape: Shape) -> list[str] | str:
    """Return the fields of the record that begins on ``first``, or why it has none.

    Lines that the record goes on over are taken from ``pending``. Those after a stray quote are
    given back; in a CSV the record is then a fault, in a TSV the quote is a character.
    """
    if first.cut:
        return f"a line is longer than {MAX_LINE_CHARS:,} characters"
    if '"' not in first.text:
        return _counted(first.text.split(shape.delimiter), first, [], pending, shape)
    fields: list[str] = []
    over: list[Line] = []
    line, at = first, 0
    while True:
        found = _quoted(line, at, pending, shape) if line.text.startswith('"', at) else None
        if isinstance(found, _Quoted) and _like_rows(line, found.over, shape):
            why = "a quoted field goes on over lines that read as rows of their own"
            found = _Stray(why, found.over)
        match found:
            case _Quoted():
                fields.append(found.field)
                over += found.over
                line, at = found.line, found.at
            case _Stray():
                pending.give_back(found.over)
                if shape.kind == "csv":
                    return found.why + _opened(line, first) + _doubt(found.over)
        if not isinstance(found, _Quoted):
            end = line.text.find(shape.delimiter, at)
            end = len(line.text) if end < 0 else end
            fields.append(line.text[at:end])
            at = end
        if at == len(line.text):
            return _counted(fields, first, over, pending, shape)
        at += 1


def _quoted(line: Line, at: int, pending: Pending, shape: Shape) -> _Quoted | _Stray:
    """Return the quoted field that opens at ``at``, or why there is none; ``pending`` moves on."""
    parts: list[str] = []
    over: list[Line] = []
    size, begin = 0, at + 1
    while True:
        quote = line.text.find('"', begin)
        if quote >= 0 and line.text.startswith('""', quote):
            parts.append(line.text[begin : quote + 1])
            begin = quote + 2
        elif quote >= 0:
            parts.append(line.text[begin:quote])
            if line.text[quote + 1 : quote + 2] in ("", shape.delimiter):
                return _Quoted("".join(parts), line, quote + 1, over)
            return _Stray(f"the quoting is broken ({shape.delimiter!r} expected after '\"')", over)
        else:
            parts += (line.text[begin:], line.end)
            size += len(line.text.encode("utf-8", "surrogateescape")) + len(line.end)
            following = pending.take() if size <= MAX_QUOTED_BYTES else None
            if following is None:
                within = f" within {MAX_QUOTED_BYTES:,} bytes" if size > MAX_QUOTED_BYTES else ""
                return _Stray(f"a quoted field is never closed{within}", over)
            over.append(following)
            if following.cut:
                return _Stray("a quoted field goes on over a line that is too long", over)
            line, begin = following, 0


def _counted(
    fields: list[str], first: Line, over: list[Line], pending: Pending, shape: Shape
) -> list[str] | str:
    """Return ``fields`` if they are as many as the header's, else what the record is instead.

    Where a record that goes on over lines has not the header's fields, its quote may well be stray.
    """
    if shape.columns is None or len(fields) == shape.columns:
        return fields
    if not over:
        return f"{len(fields)} fields; the header has {shape.columns}"
    pending.give_back(over)
    if shape.kind == "tsv":
        return record(first, Pending(None), shape)
    return f"{len(fields)} fields; the header has {shape.columns}{_doubt(over)}"


def _like_rows(opening: Line, over: Sequence[Line], shape: Shape) -> bool:
    """Return whether the lines that a quoted field goes on over are rows that it swallowed.

    They must be very many, and each must have the header's number of fields and an id that may be
    one; the ``opening`` line may have more, for a comma in the comment. After a comma in a sentence
    comes a space, in a row hardly ever; that tells most lines of a comment.
    """
    if shape.columns is None or shape.columns < FEWEST_COLUMNS or len(over) < LINES_LIKE_ROWS:
        return False
    return opening.text.count(shape.delimiter) >= shape.columns - 1 and all(
        _like_a_row(line.text.split(shape.delimiter), shape) for line in over
    )


def _like_a_row(cells: list[str], shape: Shape) -> bool:
    if len(cells) != shape.columns:
        return False
    if shape.kind == "csv" and any(cell[:1].isspace() for cell in cells[1:]):
        return False
    return shape.id_at is None or len(cells[shape.id_at].split()) == 1


def _opened(line: Line, first: Line) -> str:
    return "" if line.number == first.number else f" (it opens on line {line.number})"


def _doubt(over: Sequence[Line]) -> str:
    if not over:
        return ""
    count = "the line" if len(over) == 1 else f"the {len(over):,} lines"
    return f"; {count} after it {'is' if len(over) == 1 else 'are'} in doubt and read as rows"

"""Lines of a text file, none of them longer than memory should hold."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, TextIO

MAX_LINE_CHARS: Final = 16 << 20


class Lines:
    """An iterator over lines with their ends; what passes ``MAX_LINE_CHARS`` is cut off, noted."""

    def __init__(self, stream: TextIO) -> None:
        """Read ``stream``."""
        self._stream = stream
        self._cut = False

    def __iter__(self) -> "Lines":
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next line, cut if need be."""
        line = self._stream.readline(MAX_LINE_CHARS)
        if not line:
            raise StopIteration
        if len(line) == MAX_LINE_CHARS and not line.endswith(("\n", "\r")):
            self._cut = True
            self._skip_to_the_end_of_line()
            line += "\n"
        return line

    def was_cut(self) -> bool:
        """Return whether a line was cut since the last time this was asked."""
        cut, self._cut = self._cut, False
        return cut

    def _skip_to_the_end_of_line(self) -> None:
        while rest := self._stream.readline(1 << 16):
            if rest.endswith(("\n", "\r")):
                return


@contextmanager
def lines_of(stream: BinaryIO, *, newline: str) -> Iterator[Lines]:
    """Give the lines of UTF-8 bytes, a byte order mark dropped and wrong bytes escaped.

    ``newline`` is as for ``open``. The stream is left open.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline=newline)
    try:
        yield Lines(text)
    finally:
        # Were it collected instead, it would close the stream, which is not its own.
        text.detach()

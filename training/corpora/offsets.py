"""Lists of character offsets as runs."""

from collections.abc import Iterator, Sequence


def runs(offsets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (begin, end), end excluded, of each run of consecutive numbers in ascending order."""
    begin = end = None
    for at in offsets:
        if begin is None or at != end:
            if begin is not None and end is not None:
                yield begin, end
            begin = at
        end = at + 1
    if begin is not None and end is not None:
        yield begin, end

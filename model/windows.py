"""Long comments as overlapping windows of tokens, and how their logits become one row.

The label of a comment is that of its worst window: one insult at the end of three thousand civil
words is an insult. So the logits are combined by their maximum, label by label. A mean would let
length wash an insult out; a noisy-or would count it twice where windows overlap and drive any long
comment up. The maximum has its price as well: a long comment has more windows that can be wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of a comment as ``(begin, end)`` in its tokens, and whether some had to stay out."""

    spans: tuple[tuple[int, int], ...]
    truncated: bool


def cut(length: int, *, size: int, overlap: int, most: int) -> Windows:
    """Return windows of at most ``size`` tokens over ``length`` tokens, neighbours sharing ``overlap``.

    Every token is in some window unless more than ``most`` windows would be needed; then the first
    ``most`` come back and ``truncated`` is true. The last window is moved back to be full, so that
    the end of a comment is read with what stands before it. No token gives one empty window.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be 0 to {size - 1} tokens, not {overlap}")
    if length <= size:
        return Windows(((0, length),), truncated=False)
    step = size - overlap
    needed = 1 + -(-(length - size) // step)
    begins = [min(i * step, length - size) for i in range(min(needed, most))]
    return Windows(tuple((begin, begin + size) for begin in begins), truncated=needed > most)


def combine(logits: Floats, owners: Sequence[int], comments: int) -> Floats:
    """Return (comments, labels): the largest logit a label over the rows that a comment owns.

    ``logits`` is (rows, labels) and ``owners[i]`` the comment that row ``i`` belongs to. A comment
    without a row is NaN throughout: nothing was read, so there is nothing to say.
    """
    combined = np.full((comments, logits.shape[1]), np.nan, dtype=np.float32)
    # fmax takes the number where the other is NaN.
    np.fmax.at(combined, np.asarray(owners, dtype=np.intp), logits)
    return cast(Floats, combined)

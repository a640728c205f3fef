"""How long a message that did not arrive waits before it is tried again, and when that is over."""

from itertools import accumulate, chain, repeat
from typing import Final

# A short outage is over in minutes; a receiver that is down overnight needs no call a minute.
_FIRST_S: Final = (10, 30, 120, 600, 3600)
_LATER_S: Final = 3 * 3600
GIVE_UP_AFTER_S: Final = 3 * 86_400
JITTER: Final = 0.2
# Through so many failures a message holds up those behind it; then it steps aside for them.
HOLDS_UP: Final = 4


def pause_after(failures: int, *, chance: float) -> float | None:
    """Seconds to wait after ``failures`` failed tries, or None where three days of them are over.

    ``chance``, 0 to 1, moves the pause by up to a fifth, so that many messages do not return at once.
    """
    pauses = list(zip(range(failures), chain(_FIRST_S, repeat(_LATER_S)), strict=False))
    *_, waited = accumulate(pause for _, pause in pauses)
    if waited > GIVE_UP_AFTER_S:
        return None
    return pauses[-1][1] * (1 + JITTER * (2 * chance - 1))


def holds_up(failures: int) -> bool:
    """Whether those behind a message wait for it after so many failures."""
    return failures <= HOLDS_UP

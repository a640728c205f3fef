"""How many sign-ins may fail from one address, whatever names they try.

Counts live in the memory of one process: they bound the guessing, while what locks an account is in
the store (service/people/signing_in.py).
"""

import ipaddress
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic
from typing import Final

MOST: Final = 20
WINDOW_S: Final = 900.0
# Addresses that are remembered; the one that failed longest ago goes first.
_ADDRESSES: Final = 10_000


class Guesses:
    """Failed sign-ins by address, over the last ``WINDOW_S`` seconds.

    Of an IPv6 address its network of 64 bits counts: whoever has one address there has all.
    """

    def __init__(self, *, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def are_too_many(self, address: str) -> bool:
        """Whether ``address`` has failed as often as it may."""
        with self._lock:
            return len(self._recent(_counted(address))) >= MOST

    def failed(self, address: str) -> None:
        """Count one failure of ``address``."""
        address = _counted(address)
        with self._lock:
            times = self._recent(address)
            times.append(self._now())
            self._failed[address] = times
            self._failed.move_to_end(address)
            if len(self._failed) > _ADDRESSES:
                self._failed.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        times = self._failed.get(address, deque())
        while times and times[0] <= self._now() - WINDOW_S:
            times.popleft()
        return times


def _counted(address: str) -> str:
    """What ``address`` is counted under; what is no address, as a proxy may say, stands for itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4 or ip.ipv4_mapped is not None:
        return address
    return str(ipaddress.IPv6Network((int(ip), 64), strict=False))

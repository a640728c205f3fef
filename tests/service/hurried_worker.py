"""``python hurried_worker.py PARENT``: the real worker, for which an hour passes in seconds."""

import os
import sys
import time
from datetime import UTC, datetime, timedelta

from service.settings import load_settings
from service.worker import Pace, work

HURRY = 60


def main() -> None:
    begin, clock = datetime.now(UTC), time.monotonic
    begun = clock()

    def hurried() -> datetime:
        return begin + timedelta(seconds=HURRY * (clock() - begun))

    pace = Pace(poll_s=0.05, clock=hurried)
    work(load_settings(os.environ), parent=int(sys.argv[1]), pace=pace)


if __name__ == "__main__":
    main()

"""What an archive worker does: each line on stdin is an archive, each on stdout the seconds it took."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

Archive = Callable[[Path, Path], None]


def answer(archive: Archive, *, asked: TextIO = sys.stdin, answered: TextIO = sys.stdout) -> None:
    """Say ``ready``; then score each ``[FILE, OUT]`` and answer with the seconds from file to file."""
    print("ready", file=answered, flush=True)
    for line in asked:
        path, out = map(Path, json.loads(line))
        begun = time.perf_counter()
        archive(path, out)
        print(time.perf_counter() - begun, file=answered, flush=True)

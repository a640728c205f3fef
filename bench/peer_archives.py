"""A peer as an archive worker: ``python -m bench.peer_archives NAME BUNDLE THREADS``."""

import json
import sys
from itertools import islice
from pathlib import Path

from bench import peers
from bench.archiving import Archive, answer
from service.archive.run import CHUNK_ROWS


def archive_with(score: peers.Score) -> Archive:
    """Return a plain loop over chunks of as many comments as Comity takes."""

    def archive(path: Path, out: Path) -> None:
        with path.open() as lines, out.open("w") as file:
            while chunk := [json.loads(line) for line in islice(lines, CHUNK_ROWS)]:
                answers = score([row["text"] for row in chunk])
                for row, scores in zip(chunk, answers, strict=True):
                    file.write(json.dumps({"id": row["id"], "scores": scores}) + "\n")

    return archive


if __name__ == "__main__":
    _, name, bundle, threads = sys.argv
    answer(archive_with(peers.load(name, bundle=Path(bundle), threads=int(threads))))

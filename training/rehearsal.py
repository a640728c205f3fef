"""Which of Comity's own comments a retraining rehearses: a packed draw that every install carries.

All of training/newsroom would make a serving install too large, so it stays in the checkout, and
rehearsal.jsonl.gz beside this module holds a tenth or less of it. ``python -m training.rehearsal``
makes that file anew, which is due whenever the newsroom's comments change.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from model.records import Example
from training import corpora, examples, labels_file
from training.keys import identity_with_symbols

FILE: Final = Path(__file__).with_name("rehearsal.jsonl.gz")
# A champion's held-out comments are taken off these, and 3,000 are to be left where it held out 15%.
MOST_PACKED: Final = 3600
# Splits go by the same hash without it: a draw by the very same would be of one split first.
_DRAW: Final = b"rehearsal"


def drawn(written: Iterable[Example]) -> list[Example]:
    """Return up to ``MOST_PACKED`` distinct comments in the order of a hash of each.

    A comment's place is its own: as others join or leave, most of the draw stays. In place of its
    ``key`` stands the name of its group of near-copies among all of ``written``, by which splits go;
    the draw alone could not tell it.
    """
    distinct = examples.merge_copies(examples.guard(written).examples)
    groups = examples.near_copy_groups(distinct)
    named = [replace(row, key=group) for row, group in zip(distinct, groups, strict=True)]
    return sorted(named, key=_place)[:MOST_PACKED]


def _place(row: Example) -> bytes:
    letters = identity_with_symbols(row.text).encode()
    return hashlib.blake2b(letters, digest_size=16, person=_DRAW).digest()


def packed(rows: Sequence[Example]) -> bytes:
    """Return the comments as a labels file in gzip, without name and time: the same rows, the same bytes."""
    held = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=held, mtime=0) as file:
        file.writelines(_line(row) for row in rows)
    return held.getvalue()


def _line(row: Example) -> bytes:
    form = {
        "id": row.id,
        "source": row.source,
        "key": row.key,
        "text": row.text,
        "labels": dict(row.labels),
        "target": row.target,
        "spans": row.spans
        if row.spans is None
        else [[span.begin, span.end, span.label, span.score] for span in row.spans],
    }
    return json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def own_comments(*, validation: float, test: float) -> list[Example]:
    """Return the packed comments that are of the training part where these shares are held out.

    They come in the order of the draw, so that the first of them are a draw too.
    """
    return [
        row
        for row in labels_file.read(FILE)
        if examples.split_of(row.key or "", validation=validation, test=test) == "train"
    ]


def main() -> None:
    """Make the packed file anew from today's newsroom comments."""
    rows = drawn(corpora.read_corpus("newsroom", Path()))
    made = packed(rows)
    FILE.write_bytes(made)
    print(f"{FILE}: {len(rows):,} comments, {len(made):,} bytes")


if __name__ == "__main__":
    main()

"""Readings of public comments by the house line: what Comity's own readers say of comments of the mix.

Public corpora were labelled under other rules than a news desk's, and some not at all. The file
``recipes/house_readings.tsv`` holds such readings without any text: tab-separated, a header line, and
a comment a line:

- ``key``: 16 hex digits, ``training.keys.text_key`` of the comment as its corpus's adapter reads it
  (``Example.text``); a comment too short for a key has no reading, and a reading whose key fits
  several comments, which differ in an emoji, is not used;
- one column a label of the table: a digit from 0 (surely not) to 9 (surely), read as value / 9, or
  ``-`` where the reader could not say;
- ``target``: ``n`` none, ``p`` person, ``g`` group, ``a`` author, ``c`` commenter, ``f`` public
  figure, or ``-``.

Where there is a reading it stands in place of the corpus's own labels and target: the house wins. A
comment without labels is labelled by it, in the validation and test parts too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn

from model.labels import NAMES
from model.records import Example
from training.errors import TrainingError
from training.keys import text_key

COLUMNS: Final = ("key", *NAMES, "target")
UNKNOWN: Final = "-"
# Who says what a read comment's labels and target are: ``Example.by``.
HOUSE: Final = "house"
TARGETS: Final = {
    "n": "none",
    "p": "person",
    "g": "group",
    "a": "author",
    "c": "commenter",
    "f": "public_figure",
}
_DIGITS: Final = "0123456789"
_KEY_LETTERS: Final = frozenset("0123456789abcdef")
_KEY_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Reading:
    """What the house says of a comment; a label that it does not know is absent, a target None."""

    labels: Mapping[str, float]
    target: str | None


Readings = Mapping[str, Reading]


def read(path: Path) -> Readings:
    """Return the readings in a file by key; raises ``TrainingError`` naming file, line and field."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise TrainingError(f"{path}: no such file of readings") from None
    except UnicodeDecodeError:
        raise TrainingError(f"{path}: is not ASCII: it may hold keys, digits and letters") from None
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise TrainingError(f"{path}, line 1: must name the columns {', '.join(COLUMNS)}")
    found: dict[str, Reading] = {}
    for number, line in enumerate(lines[1:], 2):
        key, reading = _parsed(line, f"{path}, line {number}")
        if key in found:
            _refuse(f"{path}, line {number}", "key", "stands twice")
        found[key] = reading
    return found


def of(example: Example, readings: Readings) -> Reading | None:
    """Return the reading of a comment, None where there is none."""
    key = text_key(example.text) if readings else None
    return readings.get(key) if key else None


def of_one_text(readings: Readings, distinct: Iterable[Example]) -> Readings:
    """Return the readings whose key fits at most one of the distinct comments.

    A key holds no emoji: which of the comments that differ in one was read cannot be told.
    """
    fits = Counter(text_key(example.text) for example in distinct) if readings else Counter()
    return {key: reading for key, reading in readings.items() if fits[key] <= 1}


def applied(example: Example, readings: Readings, *, weight: float) -> Example:
    """Return the example with the house's labels, target and ``weight``, as it is without a reading.

    Marked words stay as their annotators marked them: a reading is of the whole comment and says
    nothing of its words. What a marked word is called is decided when it is shown, and it may be shown
    where the comment reaches no label (docs/decisions/0012).
    """
    reading = of(example, readings)
    if reading is None:
        return example
    return replace(example, labels=reading.labels, target=reading.target, weight=weight, by=HOUSE)


def _parsed(line: str, where: str) -> tuple[str, Reading]:
    fields = line.split("\t")
    if len(fields) != len(COLUMNS):
        raise TrainingError(f"{where}: has {len(fields)} fields, not {len(COLUMNS)}")
    key, *digits, letter = fields
    if len(key) != _KEY_LENGTH or not _KEY_LETTERS.issuperset(key):
        _refuse(where, "key", f"is not {_KEY_LENGTH} hex digits in lower case")
    for name, digit in zip(NAMES, digits, strict=True):
        if len(digit) != 1 or digit not in _DIGITS + UNKNOWN:
            _refuse(where, name, f"is neither a digit nor {UNKNOWN}")
    if letter != UNKNOWN and letter not in TARGETS:
        _refuse(where, "target", f"is none of {', '.join(TARGETS)} and {UNKNOWN}")
    labels = {
        name: int(digit) / 9 for name, digit in zip(NAMES, digits, strict=True) if digit in _DIGITS
    }
    if not labels:
        raise TrainingError(f"{where}: says nothing of any label")
    return key, Reading(labels, TARGETS.get(letter))


def _refuse(where: str, field: str, wrong: str) -> NoReturn:
    raise TrainingError(f"{where}, field '{field}': {wrong}")

"""Ad hominem in r/changemyview: comments removed as rude against comments that changed a view."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from model.records import Context
from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_reddit, is_gone
from training.corpora.rows import CorpusError, Row, csv_rows, file_in

log = logging.getLogger(__name__)

_RUDE: Final = {"incivility": 0.9, "insult": 0.7}
_CIVIL: Final = {"incivility": 0.0, "insult": 0.0, "identity_attack": 0.0, "threat": 0.0}
_COLUMNS: Final = ("pair_id", "text", "ad_hominem", "parent_text")
_ENDS: Final = re.compile(r"[.!?]+[\")\]]*(?=\s)|\n+")


def shortened(text: str, length: int) -> str:
    """Return the text up to the sentence end nearest to ``length``, or the word end before it."""
    if len(text) <= length:
        return text
    ends = [found.end() for found in _ENDS.finditer(text)]
    near = min(ends, key=lambda end: abs(end - length), default=0)
    if abs(near - length) <= length / 3:
        return text[:near].strip()
    return text[:length].rpartition(" ")[0].strip() or text[:length].strip()


def matched_lengths(lengths: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """Return for each of ``lengths`` the length that has the same rank among ``wanted``.

    The shortest of one goes with the shortest of the other, so that as many as can be are cut to
    the wanted distribution. Without ``wanted`` the lengths come back as they are.
    """
    ranks = sorted(range(len(lengths)), key=lambda at: lengths[at])
    targets, matched = sorted(wanted), list(lengths)
    for rank, at in enumerate(ranks):
        if targets:
            matched[at] = targets[rank * len(targets) // len(ranks)]
    return matched


def _whole(file: Path) -> list[Row]:
    """Return the rows whose label can be read; one record of the source is broken into several."""
    rows = list(csv_rows(file, _COLUMNS))
    whole = [row for row in rows if row.text("ad_hominem") in ("0", "1")]
    if not whole:
        raise CorpusError(f"{file}, column 'ad_hominem': no row has 0 or 1")
    if len(whole) < len(rows):
        log.warning("%s: %d rows without ad_hominem 0 or 1 left out", file, len(rows) - len(whole))
    return whole


def _context(row: Row) -> Context | None:
    parent = from_reddit(row.text("parent_text"))
    return None if is_gone(parent) else Context(parent=parent)


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield both kinds, the civil ones cut to the rude ones' lengths."""
    rows = _whole(file_in(path, "cmv_ad_hominem.csv"))
    decoded = {row.number: from_reddit(row.text("text")) for row in rows}
    rude = {row.number for row in rows if row.flag("ad_hominem")}
    civil = [row.number for row in rows if row.number not in rude]
    wanted = [len(decoded[number]) for number in rude if not is_gone(decoded[number])]
    matched = matched_lengths([len(decoded[number]) for number in civil], wanted)
    for number, length in zip(civil, matched, strict=True):
        decoded[number] = shortened(decoded[number], length)
    for row in rows:
        yield CorpusExample(
            decoded[row.number],
            _RUDE if row.number in rude else _CIVIL,
            id=f"cmv_ad_hominem:{row.number}",
            source="cmv_ad_hominem",
            context=_context(row),
            key=f"cmv_ad_hominem:{row.text('pair_id')}",
            raw=row.text("text"),
        )


CORPUS: Final = Corpus(
    name="cmv_ad_hominem",
    title="Ad hominem arguments in r/changemyview",
    address="https://github.com/UKPLab/naacl2018-before-name-calling-habernal-et-al",
    cite="Habernal et al., NAACL 2018",
    licence="Apache-2.0",
    permissive=True,
    use="train",
    mapping=(
        "ad_hominem (removed by moderators as rude or hostile) becomes incivility 0.9 and insult "
        "0.7; a comment that earned a delta becomes 0 in all but profanity. Civil comments are "
        "cut, at a sentence end, to the lengths of the rude ones, because theirs run four "
        "times longer and length would give the label away. The comment answered is the context."
    ),
    read=read,
    files={
        "cmv_ad_hominem.csv": "8caf4229a4d394d1dc0ab6bc1e12c72103feaac34bd53779ea3703d97a933934"
    },
)

"""OLID, the Offensive Language Identification Dataset: tweets."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_twitter
from training.corpora.rows import csv_rows, file_in

_NOT: Final = {
    "incivility": 0.03,
    "insult": 0.02,
    "profanity": 0.02,
    "identity_attack": 0.02,
    "threat": 0.02,
}
_READING: Final[Mapping[tuple[str, str, str], tuple[Mapping[str, float], str | None]]] = {
    ("NOT", "NULL", "NULL"): (_NOT, "none"),
    ("OFF", "UNT", "NULL"): ({"profanity": 0.9, "insult": 0.1, "incivility": 0.35}, "none"),
    ("OFF", "TIN", "IND"): ({"insult": 0.9, "incivility": 0.9}, "person"),
    ("OFF", "TIN", "GRP"): ({"insult": 0.7, "incivility": 0.85}, "group"),
    ("OFF", "TIN", "OTH"): ({"incivility": 0.7}, None),
}
_TASKS: Final = ("subtask_a", "subtask_b", "subtask_c")


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the tweets of the training part with the kind of their target."""
    file = file_in(path, "olid-training-v1.0.tsv")
    for row in csv_rows(file, ("tweet", *_TASKS), delimiter="\t", quoting=csv.QUOTE_NONE):
        task_a, task_b, task_c = (row.text(task).strip() for task in _TASKS)
        reading = _READING.get((task_a, task_b, task_c))
        if reading is None:
            raise row.error("subtask_a to subtask_c", "is not a combination that OLID has")
        raw = row.text("tweet")
        yield CorpusExample(
            from_twitter(raw),
            reading[0],
            id=f"olid:{row.number}",
            source="olid",
            target=reading[1],
            raw=raw,
        )


CORPUS: Final = Corpus(
    name="olid",
    title="OLID v1.0, training part",
    address="https://github.com/idontflow/OLID",
    cite="Zampieri et al., NAACL 2019",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "NOT holds neither offence nor profanity, so all five are near 0 (crowd labels err). UNT "
        "is swearing at nobody: profanity 0.9, insult 0.1, incivility 0.35. TIN aims: at an "
        "individual insult and incivility 0.9 (person), at a group insult 0.7 and incivility 0.85 "
        "(group), at an organisation or event incivility 0.7 only, because criticism of those is "
        "civil here."
    ),
    read=read,
    files={
        "olid-training-v1.0.tsv": "907e186e75876f1a77aeff72c97c988bdcd533493926567f7206da6f82f45ae9"
    },
)

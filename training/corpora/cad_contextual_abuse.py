"""CAD, the Contextual Abuse Dataset: Reddit, labelled by experts within the thread."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import from_reddit
from training.corpora.rows import Row, csv_rows, files_in

_NEUTRAL: Final = {"incivility": 0.0, "insult": 0.0, "identity_attack": 0.0, "threat": 0.0}
_ABUSE: Final[Mapping[str, Mapping[str, float]]] = {
    "PersonDirectedAbuse": {"insult": 1.0, "incivility": 1.0},
    "IdentityDirectedAbuse": {"identity_attack": 1.0, "incivility": 1.0, "insult": 0.7},
    "AffiliationDirectedAbuse": {"insult": 0.8, "incivility": 0.9},
    "Slur": {"incivility": 0.7},
}
_TARGETS: Final = {
    "PersonDirectedAbuse": "person",
    "IdentityDirectedAbuse": "group",
    "AffiliationDirectedAbuse": "group",
    "Neutral": "none",
}
_CLASSES: Final = frozenset({*_ABUSE, "Neutral", "CounterSpeech"})


def _classes(row: Row) -> frozenset[str]:
    classes = frozenset(word.strip() for word in row.text("labels").split(","))
    if not classes <= _CLASSES:
        raise row.error("labels", f"names a class other than {', '.join(sorted(_CLASSES))}")
    return classes


def _labels(classes: frozenset[str]) -> Mapping[str, float]:
    if classes == {"Neutral"}:
        return _NEUTRAL
    if classes == {"CounterSpeech"}:
        return {"identity_attack": 0.0}
    found = [_ABUSE[name] for name in sorted(classes & _ABUSE.keys())]
    names = {label for labels in found for label in labels}
    return {label: max(labels.get(label, 0.0) for labels in found) for label in sorted(names)}


def _target(classes: frozenset[str]) -> str | None:
    targets = {_TARGETS[name] for name in classes if name in _TARGETS}
    return targets.pop() if len(targets) == 1 else None


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the entries of the official train and dev parts."""
    for file in files_in(path, ("cad_v1_1_train.tsv", "cad_v1_1_dev.tsv")):
        for row in csv_rows(file, ("text", "labels"), delimiter="\t", quoting=csv.QUOTE_NONE):
            classes = _classes(row)
            raw = row.text("text")
            yield CorpusExample(
                from_reddit(raw.replace("[linebreak]", "\n")),
                _labels(classes),
                id=f"cad_contextual_abuse:{file.stem.rsplit('_', 1)[-1]}-{row.number}",
                source="cad_contextual_abuse",
                target=_target(classes),
                raw=raw,
            )


CORPUS: Final = Corpus(
    name="cad_contextual_abuse",
    title="CAD, the Contextual Abuse Dataset v1.1",
    address="https://zenodo.org/records/4881008",
    cite="Vidgen et al., NAACL 2021",
    licence="none stated",
    permissive=False,
    use="train",
    mapping=(
        "PersonDirectedAbuse is insult and incivility 1 at a person; IdentityDirectedAbuse is "
        "identity_attack and incivility 1 and insult 0.7 at a group; AffiliationDirectedAbuse is "
        "insult 0.8 and incivility 0.9 at a group, identity_attack unknown because a party is not "
        "an identity under our line and a religion is; Slur is incivility 0.7, for a slur may be "
        "quoted. Neutral is 0 in all but profanity, which was not judged. CounterSpeech is "
        "identity_attack 0 and otherwise unknown: it may be rude. An entry with several classes "
        "takes the highest value of each label, and its target only where the classes agree."
    ),
    read=read,
    files={
        "cad_v1_1_train.tsv": "139b4d21be0f6b6c372dbfc8015eb18753e11025e3251f92eebd2ffb9d27fe17",
        "cad_v1_1_dev.tsv": "71f84da6ed1d52ec0e8e478e5428167c86bbb3686c34a54b81c222185ff7ec59",
    },
)

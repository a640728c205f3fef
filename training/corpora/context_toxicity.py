"""Toxicity in context: random Wikipedia talk comments with the comment they answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from model.records import Context
from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy
from training.corpora.rows import csv_rows, file_in

_ADDRESS: Final = "https://github.com/ipavlopoulos/context_toxicity"
_GN, _CAT = "context_toxicity_gn", "context_toxicity_cat"


def _context(parent: str) -> Context | None:
    return Context(parent=tidy(parent)) if parent.strip() else None


@without_gone
def read_gn(path: Path) -> Iterator[CorpusExample]:
    """Yield gn.csv: the truth as ``toxic``, Perspective's own score as ``api``."""
    for row in csv_rows(file_in(path, "gn.csv"), ("text", "label", "api", "parent")):
        raw = row.text("text")
        yield CorpusExample(
            tidy(raw),
            {"toxic": float(row.flag("label")), "api": row.number_of("api")},
            id=f"{_GN}:{row.number}",
            source=_GN,
            context=_context(row.text("parent")),
            raw=raw,
        )


@without_gone
def read_cat(path: Path) -> Iterator[CorpusExample]:
    """Yield cat_small.csv: ``toxic`` as judged in context, ``toxic_oc`` out of context."""
    columns = ("text", "parent_text", "label_oc", "label_ic")
    for row in csv_rows(file_in(path, "cat_small.csv"), columns):
        raw = row.text("text")
        truth = {"toxic": float(row.flag("label_ic")), "toxic_oc": float(row.flag("label_oc"))}
        yield CorpusExample(
            tidy(raw),
            truth,
            id=f"{_CAT}:{row.number}",
            source=_CAT,
            context=_context(row.text("parent_text")),
            raw=raw,
        )


GN: Final = Corpus(
    name=_GN,
    title="Toxicity Detection: Does Context Really Matter?, gn (natural prevalence)",
    address=_ADDRESS,
    cite="Pavlopoulos et al. 2020",
    licence="Apache-2.0",
    permissive=True,
    use="evaluate",
    mapping="Truth column label as toxic, Perspective's score as api; the parent is the context.",
    read=read_gn,
    files={"gn.csv": "def84ddcff46dfd628e3d37c9c81b9cb81d7cf35e82197212a5758c0d24fb667"},
    folder="context_toxicity",
)

CAT: Final = Corpus(
    name=_CAT,
    title="Context-sensitive toxicity, cat_small",
    address=_ADDRESS,
    cite="Pavlopoulos et al. 2020; Xenos et al. 2021",
    licence="Apache-2.0",
    permissive=True,
    use="evaluate",
    mapping=(
        "Truth columns label_ic (judged with the parent in view) as toxic and label_oc (without) "
        "as toxic_oc; the parent is the context."
    ),
    read=read_cat,
    files={"cat_small.csv": "32ccd4a9ed4d4d294542d175c40002922f1b8081a450d222a07d7cb8c1d33f6e"},
    folder="context_toxicity",
)

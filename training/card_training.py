"""What a model card says of training: encoder, teacher, comments, and every corpus with its licence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from training import schedule
from training.card_cells import table
from training.card_labellers import labellers
from training.corpora import CATALOGUE

NO_LICENCE: Final = "none stated"
# Public test or development parts that are training rows here, by corpus.
TEST_PARTS_TRAINED_ON: Final = {
    "dynahate": "its validation and test parts",
    "gab_hate_corpus": "its test part, ghc_test.tsv",
    "hatemoji": "HatemojiBuild's validation and test parts",
    "edos": "its dev and test parts",
    "cad_contextual_abuse": "its dev part",
}

Lineage = Mapping[str, Any]
Corpora = Sequence[Mapping[str, Any]]


def training_of(lineage: Lineage) -> Iterator[str]:
    """Yield the blocks of the training section; what the lineage does not tell yields nothing."""
    base, teacher = lineage.get("base") or {}, lineage.get("teacher") or {}
    if lineage.get("kind") == "retrained":
        yield (
            f"Fine-tuned from bundle {lineage.get('from')} on a desk's own labels, with Comity's own "
            "comments rehearsed beside them. What that bundle was trained on, and the licences of it, "
            "stand in its card and hold here too."
        )
    else:
        yield f"Fine-tuned from the encoder {_with_licence(base)}."
    before = lineage.get("went_on_from") or {}
    if before:
        yield from _went_on(before)
    yield from _rows(lineage.get("rows") or {})
    if readings := lineage.get("house_readings"):
        yield _readings(readings, lineage.get("rows") or {})
    if taken_up := schedule.sentence(lineage):
        yield taken_up
    if told := labellers(lineage):
        yield told
    if teacher:
        yield from _teacher(teacher)
    if lineage.get("lesson"):
        yield _lesson(lineage["lesson"])
    corpora: Corpora = lineage.get("corpora") or []
    if corpora:
        yield from _corpora(corpora, read_by_the_house=bool(lineage.get("house_readings")))
    yield from _test_parts(
        [*corpora, *(teacher.get("corpora") or []), *(before.get("corpora") or [])]
    )


def _went_on(before: Lineage) -> Iterator[str]:
    """Yield which bundle this one went on from, and what that one read: its licences hold here too."""
    corpora: Corpora = before.get("corpora") or []
    read = ", ".join(f"`{corpus['name']}` ({_licence(corpus)})" for corpus in corpora)
    yield (
        f"It went on from bundle {before['version']} (sha256 of its manifest: "
        f"{before['manifest_sha256']}), which was fine-tuned from that encoder"
        + (f" on {read}. {_unlicensed(corpora)} of these state no licence." if read else ".")
    )
    if before.get("desks_labels"):
        yield (
            "That bundle had then been retrained on a desk's own labels, with Comity's own comments "
            f"rehearsed beside them; retrainings: {len(before['desks_labels'])}."
        )
    if before.get("teacher"):
        yield f"Of that bundle: {' '.join(_teacher(before['teacher']))}"


def _readings(readings: Lineage, rows: Mapping[str, Any]) -> str:
    return (
        f"{rows.get('with_house_readings', 0):,} of the comments have Comity's own reading, by the "
        "line of a news desk, in place of what their corpus says of them (training/house_readings.py)."
    )


def _rows(rows: Mapping[str, Any]) -> Iterator[str]:
    counted = [
        f"{count:,} {name.replace('_', ' ')}"
        for name, count in rows.items()
        if isinstance(count, int)
    ]
    if counted:
        yield f"Comments: {', '.join(counted)}."
    dropped = sum((rows.get("dropped_by_guard") or {}).values())
    if dropped:
        yield f"{dropped:,} comments were left out because they stand in a public test set."


def _teacher(teacher: Lineage) -> Iterator[str]:
    """Yield who the teacher is, and what it read: its licences hold for what it taught."""
    trained_on = (teacher.get("rows") or {}).get("train")
    on = f" on {trained_on:,} comments" if trained_on is not None else ""
    yield (
        f"It also learnt from a teacher, a slower network fine-tuned{on} from the encoder "
        f"{_with_licence(teacher.get('base') or {})}. The teacher's logits for training comments are "
        "the soft targets; the teacher itself is not in this bundle."
    )
    corpora: Corpora = teacher.get("corpora") or []
    if corpora:
        read = ", ".join(f"`{corpus['name']}` ({_licence(corpus)})" for corpus in corpora)
        yield (
            f"Corpora that the teacher was trained on: {read}. {_unlicensed(corpora)} of these "
            f"{len(corpora)} state no licence. Under `--licences permissive` there is no teacher."
        )


def _lesson(lesson: Mapping[str, int]) -> str:
    soft = lesson["soft_targets"]
    joined = lesson.get("joined", 0)
    return (
        f"What the network was shown: {lesson['rows']:,} comments and {lesson['disguised_copies']:,} "
        "copies of them with words disguised"
        + (f", and {joined:,} joined with plain comments" if joined else "")
        + (
            f"; soft targets go with {soft:,} of the comments."
            if soft
            else ", without soft targets."
        )
    )


def _corpora(corpora: Corpora, *, read_by_the_house: bool) -> Iterator[str]:
    yield table(
        ("corpus", "licence", "weight", "at most", "source"),
        (
            (
                f"`{corpus['name']}`",
                _licence(corpus),
                f"{corpus['weight']:g}" if corpus.get("weight") is not None else "",
                f"{corpus['rows_cap']:,} rows" if corpus.get("rows_cap") else "",
                corpus.get("address") or "",
            )
            for corpus in corpora
        ),
    )
    if unlicensed := _unlicensed(corpora):
        yield (
            f"{unlicensed} of these corpora state no licence. `comity train --licences permissive` "
            "builds a bundle without them."
        )
    texts = [f"`{corpus['name']}`" for corpus in corpora if _is_text(corpus["name"])]
    if texts:
        yield (
            f"Unlabelled text: {', '.join(texts)}. No label of it is used: the network learnt of it "
            + (
                "what Comity's readers and a teacher, where there is one, say of it."
                if read_by_the_house
                else "what the teacher says, and no figure is measured on it."
            )
        )


def _test_parts(corpora: Corpora) -> Iterator[str]:
    names = {corpus["name"] for corpus in corpora}
    parts = [f"{name} ({part})" for name, part in TEST_PARTS_TRAINED_ON.items() if name in names]
    if parts:
        yield (
            "**Do not compare models on these: they are training rows here.** "
            + "; ".join(parts)
            + "."
        )


def _is_text(name: str) -> bool:
    """Tell whether a corpus has no labels; one that the catalogue no longer has is taken to have."""
    return name in CATALOGUE and CATALOGUE[name].use == "text"


def _licence(corpus: Mapping[str, Any]) -> str:
    return corpus.get("licence") or NO_LICENCE


def _unlicensed(corpora: Corpora) -> int:
    return sum(_licence(corpus) == NO_LICENCE for corpus in corpora)


def _with_licence(base: Mapping[str, Any]) -> str:
    return f"{base.get('name') or 'unknown'} (licence: {base.get('licence') or NO_LICENCE})"

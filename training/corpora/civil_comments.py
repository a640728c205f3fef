"""Civil Comments: 1.8 million news comments with the shares of raters. Not among the files here."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy
from training.corpora.rows import CorpusError

_OURS: Final = {
    "insult": "insult",
    "obscene": "profanity",
    "threat": "threat",
    "identity_attack": "identity_attack",
}
_AIMED: Final = ("insult", "threat", "identity_attack")
_COLUMNS: Final = ("text", "toxicity", "severe_toxicity", "sexual_explicit", *_OURS)


def _share(row: Mapping[str, Any], column: str, where: str) -> float:
    share = row[column]
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise CorpusError(f"{where}, column '{column}': is not a share from 0 to 1")
    return float(share)


def _labels(row: Mapping[str, Any], where: str) -> Mapping[str, float]:
    shares = {ours: _share(row, theirs, where) for theirs, ours in _OURS.items()}
    toxicity, aimed = _share(row, "toxicity", where), max(shares[label] for label in _AIMED)
    swearing = shares["profanity"] > aimed
    return shares | {"incivility": aimed if swearing else max(aimed, toxicity)}


def _examples(rows: Iterable[Mapping[str, Any]], where: str) -> Iterator[CorpusExample]:
    for number, row in enumerate(rows, 1):
        here = f"{where}, row {number}"
        for column in _COLUMNS:
            if column not in row:
                raise CorpusError(f"{here}: there is no column '{column}'")
        if not isinstance(row["text"], str):
            raise CorpusError(f"{here}, column 'text': is not text")
        yield CorpusExample(
            tidy(row["text"]),
            _labels(row, here),
            id=f"civil_comments:{number}",
            source="civil_comments",
            raw=row["text"],
        )


def _local_files(path: Path) -> tuple[str, list[Path]]:
    """Return the kind (parquet or csv) and the files of it, in order of name."""
    for kind in ("parquet", "csv"):
        files = [path] if path.suffix == f".{kind}" else sorted(path.glob(f"**/*.{kind}"))
        if files and files[0].is_file():
            return kind, files
    raise CorpusError(f"{path}: holds no .parquet and no .csv file of Civil Comments")


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments of a folder of parquet or csv files, streamed; no network."""
    from datasets import load_dataset  # type: ignore[import-untyped]  # noqa: PLC0415 slow import

    kind, files = _local_files(path)
    for file in files:
        rows = load_dataset(kind, data_files=[str(file)], split="train", streaming=True)
        yield from _examples(rows, str(file))


def read_hub(hub_id: str, *, split: str = "train") -> Iterator[CorpusExample]:
    """Yield a split from the Hugging Face hub, only for a person who named ``hub_id``."""
    from datasets import load_dataset  # noqa: PLC0415

    yield from _examples(load_dataset(hub_id, split=split, streaming=True), hub_id)


CORPUS: Final = Corpus(
    name="civil_comments",
    title="Civil Comments",
    address="https://huggingface.co/datasets/google/civil_comments",
    cite="Borkan et al. 2019",
    licence="CC0",
    permissive=True,
    use="train",
    mapping=(
        "insult, obscene (profanity), threat and identity_attack are the shares of raters. "
        "incivility is toxicity, at least the highest of the aimed three; where obscene is above "
        "those, it is their highest, because swearing at nobody is toxic there and civil here. "
        "sexual_explicit is not ours."
    ),
    read=read,
)

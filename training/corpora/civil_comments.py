"""Civil Comments: 1.8 million news comments with the shares of raters.

Not among the files that people get; docs/training.md says how they come into the folder.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from training.corpora.corpus import Corpus, CorpusExample, without_gone
from training.corpora.decoding import tidy
from training.corpora.rows import CorpusError, csv_rows

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
            id=f"civil_comments:{Path(where).stem}-{number}",
            source="civil_comments",
            raw=row["text"],
        )


def _from_csv(file: Path) -> Iterator[Mapping[str, Any]]:
    """Yield rows with shares as numbers; datasets would read a comment "NA" as missing."""
    for row in csv_rows(file, _COLUMNS):
        shares = {name: row.number_of(name) for name in _COLUMNS if name != "text"}
        yield {"text": row.text("text"), **shares}


def _from_parquet(file: Path) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415
    from datasets import load_dataset  # noqa: PLC0415 slow import

    try:
        yield from load_dataset("parquet", data_files=[str(file)], split="train", streaming=True)
    except pa.ArrowException as cause:
        raise CorpusError(f"{file}: is not a parquet file") from cause


@without_gone
def read(path: Path) -> Iterator[CorpusExample]:
    """Yield the comments of a folder's .parquet and .csv files, streamed; no network.

    Files whose name begins with ``test`` (the official test split) are left alone, unless ``path``
    is such a file itself.
    """
    inside = (file for file in sorted(path.glob("**/*")) if not file.name.startswith("test"))
    files = [path] if path.is_file() else list(inside)
    known = {".parquet": _from_parquet, ".csv": _from_csv}
    readable = [file for file in files if file.suffix in known and file.is_file()]
    if not readable:
        raise CorpusError(f"{path}: holds no .parquet and no .csv file of Civil Comments")
    for file in readable:
        yield from _examples(known[file.suffix](file), str(file))


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

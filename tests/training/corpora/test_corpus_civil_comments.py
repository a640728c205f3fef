"""Civil Comments in its official columns, from parquet through datasets and from csv."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Dataset, Features, Value

from training.corpora import CATALOGUE, CorpusError

read = CATALOGUE["civil_comments"].read
SHARES = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
)


def table(text: str | None, **shares: float | None) -> pa.Table:
    columns = {name: [shares.get(name, 0.0)] for name in SHARES}
    return pa.table({"text": pa.array([text], pa.string()), **columns})


def written(file: Path, text: str | None, **shares: float | None) -> Path:
    pq.write_table(table(text, **shares), file)
    return file


def test_shares_become_soft_labels(tmp_path: Path) -> None:
    written(tmp_path / "train-0.parquet", "You clown. ", toxicity=0.75, insult=0.5, threat=0.25)
    (example,) = read(tmp_path)
    assert example.text == "You clown."
    assert example.labels == {
        "insult": 0.5,
        "profanity": 0.0,
        "threat": 0.25,
        "identity_attack": 0.0,
        "incivility": 0.75,
    }
    assert example.source == "civil_comments"


def test_swearing_at_nobody_is_not_uncivil(tmp_path: Path) -> None:
    file = written(tmp_path / "a.parquet", "Damn good.", toxicity=0.75, obscene=0.75, insult=0.25)
    (example,) = read(file)
    assert example.labels["profanity"] == 0.75
    assert example.labels["incivility"] == 0.25


def test_a_comment_that_says_na_is_a_comment_in_csv_too(tmp_path: Path) -> None:
    row = ",".join(["NA"] + ["0.5"] * len(SHARES))
    (tmp_path / "train.csv").write_text(f"text,{','.join(SHARES)}\n{row}\n")
    (example,) = read(tmp_path)
    assert (example.text, example.labels["insult"]) == ("NA", 0.5)


def test_every_file_is_read_but_the_official_test_split(tmp_path: Path) -> None:
    for name in ("train-0", "train-1", "test-0"):
        written(tmp_path / f"{name}.parquet", f"From {name}.")
    examples = list(read(tmp_path))
    assert [example.text for example in examples] == ["From train-0.", "From train-1."]
    assert len({example.id for example in examples}) == 2


def test_what_datasets_writes_of_the_official_splits_is_read(tmp_path: Path) -> None:
    features = Features({"text": Value("string"), **dict.fromkeys(SHARES, Value("float32"))})
    for split in ("train", "validation", "test"):
        row = {"text": f"Of {split}.", **dict.fromkeys(SHARES, 0.25)}
        Dataset.from_list([row], features=features).to_parquet(tmp_path / f"{split}.parquet")
    read_back = {example.text: example.labels["insult"] for example in read(tmp_path)}
    assert read_back == {"Of train.": 0.25, "Of validation.": 0.25}


@pytest.mark.parametrize(
    ("shares", "said"),
    [({"insult": 1.5}, "row 1, column 'insult'"), ({"threat": None}, "row 1, column 'threat'")],
)
def test_a_share_that_is_none_is_named(
    tmp_path: Path, shares: dict[str, float | None], said: str
) -> None:
    file = written(tmp_path / "a.parquet", "A private remark.", **shares)
    with pytest.raises(CorpusError) as caught:
        list(read(tmp_path))
    assert f"{file}, {said}: is not a share from 0 to 1" in str(caught.value)
    assert "private" not in str(caught.value)


def test_a_row_without_text_is_named(tmp_path: Path) -> None:
    written(tmp_path / "a.parquet", None)
    with pytest.raises(CorpusError, match="row 1, column 'text': is not text"):
        list(read(tmp_path))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    pq.write_table(table("Hello.").drop_columns(["insult"]), tmp_path / "a.parquet")
    with pytest.raises(CorpusError, match=r"a\.parquet, row 1: there is no column 'insult'"):
        list(read(tmp_path))


def test_a_broken_file_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"holds no \.parquet and no \.csv file"):
        list(read(tmp_path))
    (tmp_path / "a.parquet").write_bytes(b"PAR1 cut short")
    with pytest.raises(CorpusError, match=r"a\.parquet: is not a parquet file"):
        list(read(tmp_path))

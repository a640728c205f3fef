"""The project's own cases: read strictly, because we write them."""

import json
from pathlib import Path
from typing import Any

import pytest

from model.records import Span
from training.corpora import CATALOGUE, CorpusError
from training.corpora.newsroom import FOLDER

read = CATALOGUE["newsroom"].read
ROW = {
    "id": "n1",
    "family": "author",
    "group": "g1",
    "section": "sport",
    "text": "Only a fool writes like this, fool.",
    "labels": {"incivility": 1, "insult": 0.9},
    "target": "author",
    "carriers": {"insult": ["fool"]},
}


def placed(folder: Path, *rows: dict[str, Any]) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    return file


def test_a_case_is_read_whole(tmp_path: Path) -> None:
    placed(tmp_path, ROW)
    (example,) = read(tmp_path)
    assert example.labels == {"incivility": 1.0, "insult": 0.9}
    assert (example.id, example.key, example.target) == ("newsroom:n1", "newsroom:g1", "author")
    assert example.spans == (Span(7, 11, "insult", 1.0), Span(30, 34, "insult", 1.0))


def labels_of(folder: Path, labels: dict[str, float]) -> dict[str, float]:
    (example,) = read(placed(folder, {**ROW, "labels": labels}))
    return dict(example.labels)


def test_a_row_that_names_its_tone_gives_it(tmp_path: Path) -> None:
    told = {"incivility": 1.0, "condescension": 0.7, "dismissal": 0.0}
    assert labels_of(tmp_path, told) == told


def test_a_civil_row_that_is_silent_about_tone_has_none(tmp_path: Path) -> None:
    found = labels_of(tmp_path, {"incivility": 0.0})
    assert found == {"incivility": 0.0, "condescension": 0.0, "dismissal": 0.0}


@pytest.mark.parametrize("labels", [{"incivility": 0.3}, {"incivility": 1.0}, {"insult": 0.0}])
def test_of_any_other_row_that_is_silent_about_tone_it_is_unknown(
    tmp_path: Path, labels: dict[str, float]
) -> None:
    assert labels_of(tmp_path, labels) == labels


def test_a_case_without_a_group_is_its_own(tmp_path: Path) -> None:
    (example,) = read(placed(tmp_path, {**ROW, "group": None}))
    assert example.key == "newsroom:n1"


def test_carriers_are_whole_words_first(tmp_path: Path) -> None:
    row = {**ROW, "text": "Foolscap is no fool.", "carriers": {"insult": ["fool"]}}
    (example,) = read(placed(tmp_path, row))
    assert example.spans == (Span(15, 19, "insult", 1.0),)


def test_a_carrier_within_a_word_is_found(tmp_path: Path) -> None:
    row = {**ROW, "text": "You megaclown.", "carriers": {"insult": ["clown"]}}
    (example,) = read(placed(tmp_path, row))
    assert example.spans == (Span(8, 13, "insult", 1.0),)


def test_no_carriers_is_an_empty_tuple_and_no_field_is_none(tmp_path: Path) -> None:
    bare = {key: value for key, value in ROW.items() if key != "carriers"}
    examples = list(read(placed(tmp_path, {**ROW, "carriers": {}}, bare)))
    assert [example.spans for example in examples] == [(), None]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"carriers": {"insult": ["dolt"]}}, "'carriers': 'insult' number 1 is not in the text"),
        ({"carriers": {"insult": ["fool", ""]}}, "'insult' number 2 is not in the text"),
        ({"carriers": {"insult": "fool"}}, "'insult' is not a list of strings"),
        ({"carriers": {"rude": ["fool"]}}, "'rude' is none of incivility"),
        ({"carriers": ["fool"]}, "'carriers': is not an object"),
        ({"labels": {"rude": 1}}, "'labels': 'rude' is none of incivility"),
        ({"labels": {"insult": 2}}, "'insult' is not a number from 0 to 1"),
        ({"labels": {"insult": None}}, "'insult' is not a number from 0 to 1"),
        (
            {"labels": {"dismissal": 1}},
            "names 'dismissal', so it must name condescension, dismissal",
        ),
        ({"target": "editor"}, "'target': is none of none, person"),
        ({"text": " "}, "'text': is missing or blank"),
        ({"id": None}, "'id': is missing or blank"),
    ],
)
def test_a_faulty_case_is_named_without_its_text(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    file = placed(tmp_path, ROW, {**ROW, **change})
    with pytest.raises(CorpusError) as caught:
        list(read(tmp_path))
    assert f"{file}, line 2" in str(caught.value)
    assert said in str(caught.value)
    assert "writes like this" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [(b"{", "is not JSON"), (b'"\xff"', "is not JSON"), (b"[1]", "is not a JSON object")],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    (tmp_path / "cases.jsonl").write_bytes(b"\n" + line + b"\n")
    with pytest.raises(CorpusError, match=f"line 2: {said}"):
        list(read(tmp_path))


def test_our_own_cases_are_all_well_formed_and_named_once() -> None:
    ids = [example.id for example in read(FOLDER)]
    assert ids
    assert len(ids) == len(set(ids))


def test_an_install_without_the_comments_says_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="come with a checkout"):
        list(read(tmp_path))

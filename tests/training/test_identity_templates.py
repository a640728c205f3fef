"""The identity templates are those that were frozen, and a broken table is refused by name."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.identity_templates import FILE, NEUTRAL, sentences

TABLES = {
    "civil": {"lane": "{many} live in our lane."},
    "uncivil": {"oaf": "Only an oaf would hire {one}."},
    NEUTRAL: {"bakers": ["a baker", "bakers"]},
    "faith": {"shaker": ["a Shaker", "Shakers"]},
}


def written(folder: Path, **changes: dict[str, object] | None) -> Path:
    file = folder / "templates.toml"
    tables = {name: of for name, of in (TABLES | changes).items() if of is not None}
    lines = [
        line
        for name, table in tables.items()
        for line in (f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items()))
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_every_template_is_made_with_every_term(tmp_path: Path) -> None:
    assert [(s.id, s.kind, s.text, s.is_uncivil) for s in sentences(written(tmp_path))] == [
        ("lane:bakers", "neutral", "Bakers live in our lane.", False),
        ("oaf:bakers", "neutral", "Only an oaf would hire a baker.", True),
        ("lane:shaker", "faith", "Shakers live in our lane.", False),
        ("oaf:shaker", "faith", "Only an oaf would hire a Shaker.", True),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"civil": {"lane": "Nobody lives in our lane."}}, "civil.lane must hold one"),
        ({"civil": {"lane": "{one} and {many} live here."}}, "civil.lane must hold one"),
        ({"uncivil": {"oaf": 3}}, "uncivil.oaf must hold one"),
        ({"uncivil": None}, "has no table 'uncivil'"),
        ({NEUTRAL: None}, "has no table 'neutral'"),
        ({"faith": {}}, "'faith' is not a table with entries"),
        ({"faith": {"shaker": ["Shakers"]}}, "faith.shaker must be two texts"),
        ({"faith": {"shaker": ["a Shaker", " "]}}, "faith.shaker must be two texts"),
        ({"faith": {"shaker": "Shakers"}}, "faith.shaker must be two texts"),
    ],
)
def test_a_broken_table_is_refused_by_name(
    tmp_path: Path, changes: dict[str, dict[str, object] | None], message: str
) -> None:
    file = written(tmp_path, **changes)
    with pytest.raises(TrainingError, match=re.escape(f"{file}: {message}")):
        sentences(file)


@pytest.mark.parametrize("content", [b"[civil", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "templates.toml"
    file.write_bytes(content)
    with pytest.raises(TrainingError, match=re.escape(str(file))):
        sentences(file)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"none\.toml"):
        sentences(tmp_path / "none.toml")


def test_the_file_is_byte_for_byte_the_one_that_was_frozen() -> None:
    frozen = json.loads((FILE.parent / "frozen.json").read_text(encoding="utf-8"))
    held = frozen[FILE.name]
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == held["sha256"], (
        "see training/suites/README.md"
    )
    assert len(sentences()) == held["rows"]


def test_over_forty_identities_stand_in_a_dozen_templates_of_each_side() -> None:
    rows = sentences()
    assert len({row.term for row in rows if row.kind != NEUTRAL}) >= 40
    assert len({row.term for row in rows if row.kind == NEUTRAL}) >= 4
    sides = {row.template: row.is_uncivil for row in rows}
    assert min(Counter(sides.values()).values()) >= 12
    kinds = {"faith", "origin", "orientation", "gender", "disability", "age", "class"}
    assert kinds <= {row.kind for row in rows}


def test_no_two_sentences_are_the_same_and_no_blank_is_left() -> None:
    rows = sentences()
    assert len({row.text for row in rows}) == len({row.id for row in rows}) == len(rows)
    assert [row.id for row in rows if "{" in row.text or row.text[0].islower()] == []


def test_a_persons_article_fits_the_word_after_it() -> None:
    articles = {m for row in sentences() for m in re.findall(r"\b(an?) ([A-Za-z])", row.text)}
    vowels = {letter for article, letter in articles if article == "an"}
    assert vowels <= set("AEIOUaeiou")

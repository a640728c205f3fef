"""The mix: what stands in an evaluation set stays out, and what the house read counts as it reads."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.labels import NAMES
from model.records import Example
from training import corpora, mix
from training.card_labellers import COUNTED
from training.corpora.newsroom import OWN
from training.errors import TrainingError
from training.house_readings import COLUMNS
from training.keys import text_key
from training.recipe import CorpusUse, Recipe

SHORT, LONG = "Rubbish, sir.", "A remark that is long enough to have a key of its own."


def corpora_of(folder: Path, train: list[str], test: list[str]) -> Path:
    (folder / "kaggle_insults").mkdir()
    for name, texts in (("train.csv", train), ("test_with_solutions.csv", test)):
        rows = "".join(f'0,20120618192155Z,"""{text}"""\n' for text in texts)
        (folder / "kaggle_insults" / name).write_text("Insult,Date,Comment\n" + rows)
    return folder


def test_a_comment_of_an_evaluation_set_is_dropped_even_without_a_key(tmp_path: Path) -> None:
    assert text_key(SHORT) is None
    others = [f"Number {n} of the plain remarks on the new tram line." for n in range(40)]
    folder = corpora_of(tmp_path, [SHORT, LONG, *others], ["rubbish,  SIR.", LONG])
    recipe = Recipe(corpora={"kaggle_insults": CorpusUse()})
    parts = mix.gather(recipe, folder).parts
    texts = {row.text for part in parts.values() for row in part}
    assert texts == set(others)


def test_a_short_comment_of_an_evaluation_set_is_counted_as_dropped_by_the_guard(
    tmp_path: Path,
) -> None:
    others = [f"Number {n} of the plain remarks on the new tram line." for n in range(40)]
    folder = corpora_of(tmp_path, [SHORT, LONG, *others], [SHORT, LONG])
    account = mix.gather(Recipe(corpora={"kaggle_insults": CorpusUse()}), folder).account
    assert account["rows"]["dropped_by_guard"] == {"kaggle_insults": 2}
    assert account["rows"]["over_cap"] == 0


def test_a_reading_whose_key_fits_comments_of_other_emoji_is_used_for_none_of_them(
    tmp_path: Path,
) -> None:
    twins = [f"{LONG} \u2764", f"{LONG} \U0001f4a9"]
    others = [f"{remark(n)} \u2764" for n in range(40)]
    recipe = Recipe(
        house_readings=readings_of(tmp_path, [LONG, *others[:5]]),
        corpora={"kaggle_insults": CorpusUse()},
    )
    found = mix.gather(recipe, corpora_of(tmp_path, [*twins, *others], [SHORT]))
    by_text = {row.text: row.by for part in found.parts.values() for row in part}
    assert len(by_text) == 42
    assert {text for text, by in by_text.items() if by == "house"} == set(others[:5])
    assert found.account["house_readings"]["of_several_texts"] == 1


def test_a_short_comment_that_no_evaluation_set_has_stays(tmp_path: Path) -> None:
    folder = corpora_of(tmp_path, [SHORT, "Well said."], [LONG])
    parts = mix.gather(Recipe(corpora={"kaggle_insults": CorpusUse()}), folder).parts
    assert {row.text for part in parts.values() for row in part} == {SHORT, "Well said."}


def remark(number: int) -> str:
    return f"Remark number {number} on this and on that."


def moderated(folder: Path, rows: int) -> Path:
    (folder / "reddit_moderated").mkdir()
    lines = "".join(f"{remark(n)}\n" for n in range(rows))
    (folder / "reddit_moderated" / "comments.csv").write_text("body\n" + lines)
    return folder


def readings_of(folder: Path, texts: list[str]) -> str:
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join([text_key(text) or "", *"9" * len(NAMES), "c"]) for text in texts]
    file = folder / "readings.tsv"
    file.write_text("\n".join(lines) + "\n")
    return str(file)


def test_of_text_without_labels_only_what_the_house_read_is_used(tmp_path: Path) -> None:
    folder = moderated(tmp_path, 300)
    read = [remark(n) for n in range(0, 200, 2)]
    recipe = Recipe(
        house_readings=readings_of(tmp_path, read),
        readings_weight=3.0,
        corpora={"reddit_moderated": CorpusUse(weight=0.5, rows=7)},
    )
    found = mix.gather(recipe, folder)
    rows = {row.text: row for part in found.parts.values() for row in part}
    assert set(rows) == set(read)  # all of them, whatever the cap
    assert {row.weight for row in rows.values()} == {3.0}
    assert {row.target for row in rows.values()} == {"commenter"}
    assert all(row.labels == dict.fromkeys(NAMES, 1.0) for row in rows.values())
    assert all(found.parts[name] for name in ("train", "validation", "test"))
    assert found.account["rows"]["with_house_readings"] == len(read)
    assert found.account["house_readings"]["readings"] == len(read)


def test_comments_that_a_language_model_labelled_are_counted_and_annotators_are_not(
    tmp_path: Path,
) -> None:
    others = [remark(n) for n in range(40)]
    folder = corpora_of(tmp_path, others, [LONG])
    public = {"kaggle_insults": CorpusUse()}
    recipe = Recipe(house_readings=readings_of(tmp_path, others[:5]), corpora=public)
    assert mix.gather(recipe, folder).account["rows"][COUNTED] == 5
    assert mix.gather(Recipe(corpora=public), folder).account["rows"][COUNTED] == 0
    found = mix.gather(Recipe(corpora={"newsroom": CorpusUse(rows=100)}), folder)
    assert found.account["rows"][COUNTED] == sum(map(len, found.parts.values())) >= 100


def test_the_house_wins_over_a_corpus_and_the_others_fill_up_to_the_cap(tmp_path: Path) -> None:
    others = [f"Number {n} of the plain remarks on the new tram line." for n in range(40)]
    folder = corpora_of(tmp_path, others, [LONG])
    recipe = Recipe(
        house_readings=readings_of(tmp_path, others[:5]),
        corpora={"kaggle_insults": CorpusUse(weight=4.0, rows=20)},
    )
    train = mix.gather(recipe, folder).parts["train"]
    read = [row for row in train if row.text in others[:5]]
    assert all(row.labels == dict.fromkeys(NAMES, 1.0) and row.weight == 1.0 for row in read)
    assert len(train) == 20
    assert {row.weight for row in train if row not in read} == {4.0}


def test_readings_may_be_capped_and_the_others_fill_up_to_the_rows(tmp_path: Path) -> None:
    others = [f"Number {n} of the plain remarks on the new tram line." for n in range(40)]
    folder = corpora_of(tmp_path, others, [LONG])
    recipe = Recipe(
        house_readings=readings_of(tmp_path, others[:15]),
        corpora={"kaggle_insults": CorpusUse(rows=20, readings=4)},
    )
    found = mix.gather(recipe, folder)
    train = found.parts["train"]
    assert (len(train), sum(row.by == "house" for row in train)) == (20, 4)
    assert found.account["corpora"][0]["readings_cap"] == 4


def test_where_the_house_read_its_line_alone_is_learnt_calibrated_and_measured_on(
    tmp_path: Path,
) -> None:
    others = [remark(n) for n in range(300)]
    recipe = Recipe(
        house_readings=readings_of(tmp_path, others),
        corpora={"kaggle_insults": CorpusUse()},
    )
    parts = mix.gather(recipe, corpora_of(tmp_path, others, [LONG])).parts
    said = {
        name: {value for row in part if row.text in others for value in row.labels.values()}
        for name, part in parts.items()
    }
    assert said == {"train": {1.0}, "validation": {1.0}, "test": {1.0}}


def test_another_draw_takes_other_comments_of_a_capped_corpus_from_the_same_split(
    tmp_path: Path,
) -> None:
    folder = corpora_of(tmp_path, [remark(n) for n in range(200)], [SHORT])
    capped = {"kaggle_insults": CorpusUse(rows=40)}

    def drawn(redraw: int) -> set[str]:
        parts = mix.gather(Recipe(corpora=capped, redraw=redraw), folder).parts
        return {row.text for row in parts["train"]}

    whole = mix.gather(Recipe(corpora={"kaggle_insults": CorpusUse()}), folder).parts["train"]
    one, other = drawn(0), drawn(1)
    assert len(one) == len(other) == 40
    assert one != other
    assert one | other <= {row.text for row in whole}


def test_without_readings_nothing_is_said_of_them(tmp_path: Path) -> None:
    folder = corpora_of(tmp_path, [SHORT, "Well said."], [LONG])
    account = mix.gather(Recipe(corpora={"kaggle_insults": CorpusUse()}), folder).account
    assert (account["house_readings"], account["rows"]["with_house_readings"]) == (None, 0)


def test_readings_that_are_not_there_are_refused_by_name(tmp_path: Path) -> None:
    recipe = Recipe(
        house_readings=str(tmp_path / "nowhere.tsv"), corpora={"kaggle_insults": CorpusUse()}
    )
    with pytest.raises(TrainingError, match=r"nowhere\.tsv: no such file of readings"):
        mix.gather(recipe, tmp_path)


@pytest.fixture
def few_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """One comment in the place of Comity's own thousands, which would take minutes to split."""
    read = corpora.read_corpus

    def read_corpus(name: str, folder: Path) -> Iterator[Example]:
        own = [Example("A tram is late.", {"insult": 0.0}, id="newsroom:1", source=OWN)]
        return iter(own) if name == OWN else read(name, folder)

    monkeypatch.setattr(corpora, "read_corpus", read_corpus)


@pytest.mark.usefixtures("few_of_our_own")
def test_corpora_that_no_recipe_names_and_no_folder_holds_are_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = corpora_of(tmp_path, [remark(n) for n in range(40)], [LONG])
    with caplog.at_level(logging.WARNING):
        found = mix.gather(Recipe(), folder)
    absent = found.account["absent_corpora"]
    every = {name for name, corpus in corpora.CATALOGUE.items() if corpus.use == "train"}
    assert {row.source for part in found.parts.values() for row in part} == {OWN, "kaggle_insults"}
    assert [one["name"] for one in found.account["corpora"]] == [OWN, "kaggle_insults"]
    assert {*absent, OWN, "kaggle_insults"} == every
    assert "civil_comments" in absent
    (said,) = [line for line in caplog.messages if line.startswith("left out")]
    assert said == f"left out, because they are not in {folder}: {', '.join(absent)}"


def test_a_folder_without_any_corpus_is_refused_by_name_where_the_recipe_names_none(
    tmp_path: Path,
) -> None:
    with pytest.raises(TrainingError) as caught:
        mix.gather(Recipe(), tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: holds none of the public corpora")


def test_a_corpus_that_the_recipe_names_is_never_left_out(tmp_path: Path) -> None:
    folder = corpora_of(tmp_path, [remark(n) for n in range(40)], [LONG])
    named = Recipe(corpora={"kaggle_insults": CorpusUse(), "olid": CorpusUse()})
    assert mix.in_folder(named, folder) == (named.corpora, ())
    with pytest.raises(TrainingError, match=r"olid.*: there is no such file"):
        mix.gather(named, folder)
    there = Recipe(corpora={"kaggle_insults": CorpusUse()})
    assert mix.gather(there, folder).account["absent_corpora"] == []

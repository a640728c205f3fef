"""The mix: what stands in an evaluation set stays out, however short it is."""

from pathlib import Path

from training import mix
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


def test_a_short_comment_that_no_evaluation_set_has_stays(tmp_path: Path) -> None:
    folder = corpora_of(tmp_path, [SHORT, "Well said."], [LONG])
    parts = mix.gather(Recipe(corpora={"kaggle_insults": CorpusUse()}), folder).parts
    assert {row.text for part in parts.values() for row in part} == {SHORT, "Well said."}

"""The suite of what is to be judged and what is not keeps its form, and is the file that was frozen."""

import hashlib
import json
from collections import Counter
from typing import Any

from training import abstention, suites

FILE = abstention.FILE
WITHOUT_WORDS = {"emoji", "kaomoji", "punctuation", "numbers", "links"}
FOREIGN = {"foreign_short", "foreign_long"}
ENGLISH = {"code_mixed", "names_and_dishes", "slang_and_dialect"}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def test_the_suite_is_byte_for_byte_the_one_that_was_frozen() -> None:
    held = json.loads((FILE.parent / "frozen.json").read_text(encoding="utf-8"))[FILE.name]
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == held["sha256"]
    assert len(rows()) == held["rows"] == len(abstention.read())


def test_the_suite_is_not_run_as_one_of_labelled_cases() -> None:
    assert FILE.stem not in suites.suites()


def test_no_id_and_no_text_occurs_twice() -> None:
    counts = Counter(r["id"] for r in rows()) + Counter(r["text"] for r in rows())
    assert max(counts.values()) == 1


def test_a_family_expects_one_thing() -> None:
    expected = {(r["family"], r["expected"]) for r in rows()}
    assert expected == {
        *((family, "judged") for family in ENGLISH),
        *((family, "language") for family in FOREIGN),
        *((family, "no_words") for family in WITHOUT_WORDS),
    }


def test_twelve_languages_are_there_twice_short_and_twice_long_and_no_other_row_names_one() -> None:
    counts = Counter((r["family"], r.get("language")) for r in rows())
    languages = {language for family, language in counts if family in FOREIGN}
    assert len(languages) == 12
    assert "en" not in languages
    assert all(counts[family, language] == 2 for family in FOREIGN for language in languages)
    assert all("language" not in r for r in rows() if r["family"] not in FOREIGN)


def test_the_readme_names_every_family() -> None:
    text = (FILE.parent / "README.md").read_text(encoding="utf-8")
    families = FOREIGN | ENGLISH | WITHOUT_WORDS
    assert [family for family in sorted(families) if f"`{family}`" not in text] == []

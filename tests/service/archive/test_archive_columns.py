"""Finding the columns, and saying which there are without printing a comment."""

from pathlib import Path

import pytest

from service.archive.columns import id_column, shown, text_column
from service.archive.formats import ArchiveError

FILE = Path("week.csv")


@pytest.mark.parametrize("name", ["text", "comment", "comment_text", "body", "Body", " Text "])
def test_the_usual_names_are_found_whatever_their_case(name: str) -> None:
    assert text_column(["id", name, "likes"], None, path=FILE) == name


def test_the_column_asked_for_wins_over_a_usual_name() -> None:
    assert text_column(["text", "Kommentar"], "Kommentar", path=FILE) == "Kommentar"


def test_two_usual_names_are_ambiguous() -> None:
    with pytest.raises(ArchiveError) as refused:
        text_column(["id", "text", "body"], None, path=FILE)
    assert str(refused.value) == (
        "week.csv: several columns may hold the comments; name one with --text-column."
        " The file has columns 'id', 'text', 'body'"
    )


def test_no_usual_name_lists_the_columns_and_the_option() -> None:
    with pytest.raises(ArchiveError) as refused:
        text_column(["Kommentar"], None, path=Path("week.jsonl"))
    assert str(refused.value) == (
        "week.jsonl: no column is known to hold the comments; name one with --text-column."
        " The file has column 'Kommentar'"
    )


def test_a_column_asked_for_must_be_there_once() -> None:
    with pytest.raises(ArchiveError, match=r"has no column 'txt' \(--text-column\)\. It has col"):
        text_column(["id", "text"], "txt", path=FILE)
    with pytest.raises(ArchiveError, match=r"has 2 columns named 'text' \(--text-column\)"):
        text_column(["text", "text"], "text", path=FILE)
    with pytest.raises(ArchiveError, match=r"has no column 'nr' \(--id-column\)"):
        id_column(["id", "text"], "nr", path=FILE)


def test_ids_are_in_the_column_id_or_nowhere() -> None:
    assert id_column(["ID", "text"], None, path=FILE) == "ID"
    assert id_column(["nr", "text"], None, path=FILE) is None
    assert id_column(["nr", "text"], "nr", path=FILE) == "nr"


@pytest.mark.parametrize("second", ["id", "ID"])
def test_two_columns_of_ids_are_ambiguous(second: str) -> None:
    with pytest.raises(ArchiveError) as refused:
        id_column(["id", second, "text"], None, path=FILE)
    assert str(refused.value) == (
        "week.csv: several columns may hold the ids; name one with --id-column."
        f" The file has columns 'id', {second!r}, 'text'"
    )
    assert id_column(["id", "ID", "text"], "ID", path=FILE) == "ID"


def test_a_first_line_that_is_a_comment_is_not_printed_as_a_column_name() -> None:
    comment = "Whoever wrote this column should be ashamed of it."
    assert (
        shown(["7", comment], path=FILE)
        == "columns (column 1: 1 character), (column 2: 50 characters)"
    )


@pytest.mark.parametrize(
    ("first_line", "said"),
    [
        (["You utter fool"], "column (column 1: 14 characters)"),
        (["Fool!"], "column (column 1: 5 characters)"),
        (["7", "Fool"], "columns (column 1: 1 character), (column 2: 4 characters)"),
        (["Ann", "", "Fool"], "columns (column 1: 3 characters), (column 2: 0 characters), (colu"),
        (["id", "Fool", "7", "You fool"], "columns 'id', 'Fool', (column 3: 1 character), (column"),
        (["ID", "Kommentar", "user-id"], "columns 'ID', 'Kommentar', 'user-id'"),
        ([" Text ", "Comment Body"], "columns ' Text ', (column 2: 12 characters)"),
    ],
)
def test_a_column_is_named_only_where_it_is_a_usual_name_or_one_word_of_a_header(
    first_line: list[str], said: str
) -> None:
    assert shown(first_line, path=FILE).startswith(said)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz"])
@pytest.mark.parametrize(
    "first_line", [["Fool"], ["fool"], ["ola_n", "fool"], ["Ann", "Fool", "you_fool"]]
)
def test_a_first_line_of_single_words_is_not_printed_where_it_may_be_a_row(
    name: str, first_line: list[str]
) -> None:
    with pytest.raises(
        ArchiveError, match=r"--text-column.*\(column 1: \d characters\)"
    ) as refused:
        text_column(first_line, None, path=Path(name))
    with pytest.raises(ArchiveError, match=r"has no column 'body' \(--text-column\)") as lacking:
        text_column(first_line, "body", path=Path(name))
    for word in first_line:
        assert word not in str(refused.value) + str(lacking.value)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_where_a_format_has_names_of_its_own_single_words_are_printed(name: str) -> None:
    said = shown(["Nummer", "Kommentar", "user-id", "You fool"], path=Path(name))
    assert said == "columns 'Nummer', 'Kommentar', 'user-id', (column 4: 8 characters)"


def test_a_hundred_columns_are_not_all_listed() -> None:
    listed = shown([f"c{n}" for n in range(100)], path=Path("week.jsonl"))
    assert listed.endswith("'c19' and 80 more")


@pytest.mark.parametrize(
    ("header", "hint"), [("id;text;likes", "semicolons"), ("id\ttext", "ends in .tsv")]
)
def test_a_header_split_by_something_else_gets_a_hint(header: str, hint: str) -> None:
    with pytest.raises(ArchiveError, match=hint):
        text_column([header], None, path=FILE)

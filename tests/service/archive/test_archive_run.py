"""A run over files: order, chunks, resuming, and memory."""

import json
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from archives import LengthScorer, json_lines, judge, write

from model.records import Comment, Scores
from service.archive import journal, parquet, writers
from service.archive.formats import ArchiveError
from service.archive.readers import inspect
from service.archive.results import Result
from service.archive.rows import Row
from service.archive.run import CHUNK_ROWS, Tally, chunks, open_journal, run, score_chunk
from service.archive.source import Source, check_ids


def scored_into(
    out: Path, sources: Sequence[Source], scorer: LengthScorer, *, resume: bool = False
) -> tuple[Tally, list[Result]]:
    """Run to the end and return the last tally and the journal's rows."""
    with begun(sources, out, resume=resume, overwrite=False) as into:
        steps = list(run(sources, into, scorer=scorer, judge=judge))
        return steps[-1][0], list(journal.finished(into.path))


def begun(
    sources: Sequence[Source], out: Path, *, resume: bool = False, overwrite: bool = False
) -> journal.Journal:
    head = journal.heading(sources, model="length-1")
    return open_journal(out, head, resume=resume, overwrite=overwrite)


def numbered(tmp_path: Path, count: int) -> Source:
    rows = [{"id": f"c-{n}", "text": f"Comment number {n}"} for n in range(count)]
    return inspect(write(tmp_path / "a.jsonl", json_lines(rows)))


def test_there_is_one_output_row_an_input_row_in_the_same_order(tmp_path: Path) -> None:
    texts = ["Two words", "refuse", None, "Single", "And the end"]
    content = json_lines({"id": str(n), "text": text} for n, text in enumerate(texts))
    source = inspect(write(tmp_path / "a.jsonl", content))
    tally, rows = scored_into(tmp_path / "out.csv", [source], LengthScorer())
    assert [row["id"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row["insult"] is None for row in rows] == [False, True, True, True, False]
    assert [row["abstained"] for row in rows] == [None, None, None, "no_words", None]
    assert [row["error"] for row in rows if row["error"]] == [
        f"{source.path}, line 2, column 'text': holds no visible text",
        f"{source.path}, line 3, column 'text': is null; text is expected",
    ]
    assert tally == Tally(rows=5, failed=2, abstained=1)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.csv", 'by,text\nx,"Two\nlines"\ny,refuse\n', "line 4, column 'text'"),
        ("a.tsv", "nr\tbody\n1\tOne here\n2\trefuse\n", "line 3, column 'body'"),
        ("a.jsonl", '{"text":"One here"}\n\n{"text":"refuse"}\n', "line 3, column 'text'"),
    ],
)
def test_a_comment_that_the_scorer_refuses_is_named_by_file_line_and_column(
    tmp_path: Path, name: str, content: str, place: str
) -> None:
    source = inspect(write(tmp_path / name, content))
    _, rows = scored_into(tmp_path / "out.csv", [source], LengthScorer())
    assert rows[-1]["error"] == f"{source.path}, {place}: holds no visible text"


def test_of_a_parquet_file_it_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    cells: list[Sequence[object]] = [["One here", "refuse"]]
    parquet.write(path, {"text": "text"}, iter([cells]))
    _, rows = scored_into(tmp_path / "out.csv", [inspect(path)], LengthScorer())
    assert rows[-1]["error"] == f"{path}, row 2, column 'text': holds no visible text"


def test_several_files_follow_each_other_and_rows_without_ids_are_numbered(tmp_path: Path) -> None:
    sources = [
        inspect(write(tmp_path / "a.csv", "text\nOne here\nTwo here\n")),
        inspect(write(tmp_path / "b.csv", "by,text\nx,Three here\n")),
        inspect(write(tmp_path / "c.jsonl", '{"text":"Four here"}\n')),
    ]
    check_ids(sources)
    _, rows = scored_into(tmp_path / "out.csv", sources, LengthScorer())
    assert [row["id"] for row in rows] == ["1", "2", "3", "4"]


def test_blank_lines_of_a_one_column_file_are_counted_by_the_row_numbers(tmp_path: Path) -> None:
    source = inspect(write(tmp_path / "a.csv", "text\nhello friend\n\nyou idiot\n\n"))
    _, rows = scored_into(tmp_path / "out.csv", [source], LengthScorer())
    assert [(row["id"], row["error"]) for row in rows] == [
        ("1", None),
        ("2", f"{source.path}, line 3, column 'text': is blank"),
        ("3", None),
    ]


def test_files_with_ids_beside_files_without_are_refused(tmp_path: Path) -> None:
    having = inspect(write(tmp_path / "a.csv", "ID,text\n2,One here\n"))
    without = inspect(write(tmp_path / "b.csv", "text\nTwo here\n"))
    check_ids([having, having])
    check_ids([without])
    check_ids([])
    with pytest.raises(ArchiveError) as refused:
        check_ids([having, without])
    assert str(refused.value) == (
        f"{without.path}: has no column of ids, but {having.path} has 'ID', and row numbers may be"
        " the same as its ids. Score files with ids and files without into an OUT each"
    )


def test_progress_counts_bytes_across_files_up_to_their_end(tmp_path: Path) -> None:
    sources = [
        inspect(write(tmp_path / name, "text\n" + "Hello you\n" * 300))
        for name in ("a.csv", "b.csv")
    ]
    with begun(sources, tmp_path / "o.csv") as into:
        seen = [read for _, read in run(sources, into, scorer=LengthScorer(), judge=judge)]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, sum(source.size for source in sources))


def test_chunks_are_bounded_by_rows_and_by_characters() -> None:
    short = [Row(None, "hello") for _ in range(CHUNK_ROWS * 2 + 1)]
    assert [len(chunk) for chunk in chunks(short)] == [CHUNK_ROWS, CHUNK_ROWS, 1]
    long = [Row(None, "x" * 600_000) for _ in range(5)]
    assert [len(chunk) for chunk in chunks(long)] == [2, 2, 1]
    assert list(chunks([])) == []


def test_a_chunk_of_broken_rows_never_reaches_the_scorer() -> None:
    scorer = LengthScorer()
    results = score_chunk([Row("1", None, "broken")], scorer=scorer, judge=judge)
    assert (scorer.calls, results[0]["error"]) == ([], "broken")


def test_a_scorer_that_answers_too_few_is_an_error_and_not_a_shift() -> None:
    class Forgetful(LengthScorer):
        def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
            return super().score(comments, spans=spans)[:-1]

    with pytest.raises(RuntimeError, match="answered 2 comments with 1"):
        score_chunk([Row("1", "a b"), Row("2", "c d")], scorer=Forgetful(), judge=judge)


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    source = numbered(tmp_path, CHUNK_ROWS * 3)
    out = tmp_path / "out.jsonl"
    with begun([source], out) as into:
        steps = run([source], into, scorer=LengthScorer(), judge=judge)
        next(steps)
        next(steps)
        steps.close()
    scorer = LengthScorer()
    tally, rows = scored_into(out, [source], scorer, resume=True)
    assert [row["id"] for row in rows] == [f"c-{n}" for n in range(CHUNK_ROWS * 3)]
    assert sum(scorer.calls) == CHUNK_ROWS * 2
    assert tally.rows == CHUNK_ROWS * 3


def test_a_run_that_stopped_among_lines_in_doubt_goes_on_where_it_was(tmp_path: Path) -> None:
    lines = [f"{n},Comment number {n}\n" for n in range(CHUNK_ROWS * 3)]
    for stray in (5, CHUNK_ROWS - 1, CHUNK_ROWS, CHUNK_ROWS * 2 + 7):
        lines[stray] = f'{stray},"Open\n'
    source = inspect(write(tmp_path / "a.csv", "id,text\n" + "".join(lines)))
    _, whole = scored_into(tmp_path / "whole.csv", [source], LengthScorer())
    with begun([source], tmp_path / "out.csv") as into:
        steps = run([source], into, scorer=LengthScorer(), judge=judge)
        next(steps)
        next(steps)
        steps.close()
    _, resumed = scored_into(tmp_path / "out.csv", [source], LengthScorer(), resume=True)
    assert resumed == whole
    assert len(whole) == CHUNK_ROWS * 3
    assert sum(row["error"] is not None for row in whole) == 4


def test_a_scorer_that_fails_leaves_what_was_finished(tmp_path: Path) -> None:
    class Failing(LengthScorer):
        def score(self, comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
            if len(self.calls) == 2:
                raise MemoryError
            return super().score(comments, spans=spans)

    source = numbered(tmp_path, CHUNK_ROWS * 3)
    out = tmp_path / "out.jsonl"
    with pytest.raises(MemoryError):
        scored_into(out, [source], Failing())
    assert len(list(journal.finished(journal.journal_of(out)))) == CHUNK_ROWS * 2


def test_without_resume_an_earlier_run_is_not_dropped_unasked(tmp_path: Path) -> None:
    source = numbered(tmp_path, 3)
    out = tmp_path / "out.csv"
    scored_into(out, [source], LengthScorer())
    with pytest.raises(ArchiveError, match="--resume goes on with it, --overwrite drops it"):
        scored_into(out, [source], LengthScorer())
    assert len(list(journal.finished(journal.journal_of(out)))) == 3


def test_overwrite_drops_an_earlier_run(tmp_path: Path) -> None:
    source = numbered(tmp_path, 3)
    out = tmp_path / "out.csv"
    scored_into(out, [source], LengthScorer())
    with begun([source], out, resume=False, overwrite=True) as into:
        assert list(journal.finished(into.path)) == []


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.jsonl"
        with path.open("w") as file:
            for n in range(count):
                file.write(json.dumps({"id": n, "text": f"{n} " + "words " * 100}) + "\n")
        source = inspect(path)
        tracemalloc.start()
        with begun([source], path.with_suffix(".csv")) as into:
            for _ in run([source], into, scorer=LengthScorer(), judge=judge):
                pass
            writers.write(journal.finished(into.path), path.with_suffix(".csv"))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    small, large = peak(1_000), peak(8_000)
    assert large < small * 1.5
    assert large < (tmp_path / "8000.jsonl").stat().st_size / 2

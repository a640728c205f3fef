"""``comity score``: what it prints, what it writes, and how it refuses."""

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from model.labels import NAMES
from model.records import Comment, Scores
from model.runtime import EngineError
from model.scorer import ScoringError
from service import scoring
from service.api.schemas import ScoreReply
from service.archive import journal
from service.archive.run import CHUNK_ROWS
from service.scoring import score_command

ROOT = Path(__file__).parents[2]
INSULT = "You are a clown and so is your editor."
Call = Callable[..., Result]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, scorer: object, tmp_path: Path) -> list[object]:
    """Put the fake scorer in the place of a bundle; return what was asked for."""
    asked: list[object] = []

    def load_scorer(
        folder: Path | None, *, threads: int | None, engine: str, default_language: str | None
    ) -> object:
        asked.append((folder, threads, engine, default_language))
        return scorer

    monkeypatch.setattr(scoring, "load_scorer", load_scorer)
    monkeypatch.setattr(scorer, "warm_up", lambda: None, raising=False)
    monkeypatch.setenv("COMITY_STATE_DIR", str(tmp_path / "var"))
    return asked


@pytest.fixture
def score(loaded: list[object]) -> Call:
    def call(*arguments: object, **more: object) -> Result:
        return CliRunner().invoke(score_command, [str(one) for one in arguments], **more)

    return call


def archive(path: Path, *texts: str | None) -> Path:
    lines = [json.dumps({"id": f"c-{n}", "text": text}) for n, text in enumerate(texts, 1)]
    path.write_text("".join(line + "\n" for line in lines))
    return path


# One comment


def test_a_comment_is_shown_with_scores_thresholds_words_and_action(score: Call) -> None:
    found = score("--text", INSULT)
    assert found.exit_code == 0, found.output
    lines = [line.split() for line in found.output.splitlines()]
    assert ["insult", "0.900", "0.500", "yes"] in lines
    assert ["profanity", "0.050", "0.500"] in lines
    assert ["action", "hold"] in lines
    assert ["words", "'clown'", "(insult", "0.90)"] in lines
    assert ["target", "person", "(0.80)"] in lines
    assert ["model", "list-1"] in lines
    assert "\x1b" not in found.output


def test_the_table_is_aligned_with_numbers_to_the_right(score: Call) -> None:
    lines = score("--text", INSULT).output.splitlines()
    assert lines[0] == "label            score  threshold  given"
    assert "insult           0.900      0.500  yes" in lines
    assert "identity_attack  0.050      0.500" in lines
    assert lines.index("") == 1 + len(NAMES)
    assert "action   hold" in lines


def test_colours_are_for_a_terminal_only(monkeypatch: pytest.MonkeyPatch, score: Call) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = score("--text", INSULT, color=True).output
    red = [line for line in coloured.splitlines() if "\x1b[31m\x1b[1m" in line]
    assert "\x1b[31m\x1b[1minsult           0.900      0.500  yes\x1b[0m" in red
    assert all(line.endswith("yes\x1b[0m") for line in red)
    plain = score("--text", INSULT).output
    assert plain == click.unstyle(coloured) != coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert score("--text", INSULT, color=True).output == plain


def test_json_is_the_reply_of_the_api(score: Call) -> None:
    found = score("--text", INSULT, "--json")
    reply = json.loads(found.output)
    ScoreReply.model_validate(reply)
    assert list(reply) == ["model", "results"]
    (result,) = reply["results"]
    assert list(result) == list(
        ScoreReply.model_fields["results"].annotation.__args__[0].model_fields
    )
    assert result["scores"]["insult"] == 0.9
    assert result["spans"] == [{"begin": 10, "end": 15, "label": "insult", "score": 0.9}]
    assert (result["action"], result["error"]) == ("hold", None)


def test_an_abstention_says_why_and_is_for_review(score: Call) -> None:
    found = score("--text", "12345")
    assert found.exit_code == 0
    assert "not judged: no_words" in found.output
    assert "review" in found.output
    assert json.loads(score("--text", "12345", "--json").output)["results"][0]["scores"] is None


def test_a_dash_reads_the_comment_from_stdin(score: Call) -> None:
    found = score("--text", "-", "--json", input="Ein Käse\nclown\n")
    assert json.loads(found.output)["results"][0]["spans"][0]["begin"] == 9


@pytest.mark.parametrize(
    ("sent", "reason"),
    [(b"caf\xe9", "stdin is not valid UTF-8 at byte 4"), (b"a" * (1 << 20) + b"b", "longer than")],
)
def test_what_stdin_cannot_give_is_refused(score: Call, sent: bytes, reason: str) -> None:
    found = score("--text", "-", input=sent)
    assert found.exit_code == 2
    assert reason in found.output


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the text is blank"),
        ("  \n", "the text is blank"),
        ("half \ud83e", "a lone surrogate at character 6"),
        ("é" * (1 << 20), "2,097,152 bytes long; the limit is 1,048,576"),
    ],
)
def test_a_comment_that_cannot_be_scored_is_refused_without_its_words(
    score: Call, loaded: list[object], text: str, reason: str
) -> None:
    found = score("--text", text)
    assert (found.exit_code, loaded) == (2, [])
    assert reason in found.output
    assert "half" not in found.output


def test_a_comment_that_the_scorer_refuses_exits_1(
    score: Call, scorer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        return [Scores(None, error="empty") for _ in comments]

    monkeypatch.setattr(scorer, "score", refuse)
    found = score("--text", "\u200b")
    assert (found.exit_code, found.output) == (1, "Error: not scored: empty\n")
    found = score("--text", "\u200b", "--json")
    assert found.exit_code == 1
    assert json.loads(found.output)["results"][0]["error"]["code"] == "empty"


# Wrong use


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "give --text TEXT, or one or more FILEs"),
        (["a.csv"], "--out OUT is missing"),
        (["--out", "o.csv"], "give --text TEXT, or one or more FILEs"),
        (["a.csv", "--text", "x", "--out", "o.csv"], "--text scores one comment"),
        (["--text", "x", "--out", "o.csv"], "--text scores one comment"),
        (["--text", "x", "--engine", "ray"], "--engine ray goes with a FILE"),
        (["--text", "x", "--resume"], "--resume goes with a FILE"),
        (["--text", "x", "--overwrite"], "--overwrite goes with a FILE"),
        (["--text", "x", "--text-column", "c"], "--text-column goes with a FILE"),
        (["--text", "x", "--id-column", "c"], "--id-column goes with a FILE"),
        (["a.csv", "--out", "o.csv", "--json"], "--json goes with --text"),
        (["a.csv", "--out", "o.csv", "--engine", "ray"], "--engine ray is not built yet"),
        (["a.csv", "--out", "o.csv", "--engine", "spark"], "'spark' is not one of"),
        (["a.csv", "--out", "o.csv", "--threads", "0"], "0 is not in the range"),
        (["a.csv", "--out", "o.xlsx"], "must end in"),
        (["a.csv", "--out", "no/o.csv"], "the folder no does not exist"),
        (["missing.csv", "--out", "o.csv"], "missing.csv: cannot be opened: No such file"),
        (["notes.txt", "--out", "o.csv"], "notes.txt: the name must end in .csv"),
    ],
)
def test_wrong_use_exits_2_before_a_model_is_loaded(
    score: Call,
    loaded: list[object],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found = score(*arguments)
    assert list(tmp_path.iterdir()) == []
    assert (found.exit_code, loaded) == (2, [])
    assert reason in " ".join(found.output.split())


def test_one_bad_file_among_several_stops_the_run_before_it_begins(
    score: Call, loaded: list[object], tmp_path: Path
) -> None:
    good = archive(tmp_path / "a.jsonl", "Fine")
    bad = tmp_path / "b.csv"
    bad.write_text("id,words\n1,Fine\n")
    found = score(good, bad, "--out", tmp_path / "o.csv")
    assert (found.exit_code, loaded) == (2, [])
    assert f"{bad}: no column is known to hold the comments" in found.output
    assert "--text-column" in found.output
    assert "'words'" in found.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.csv"]


def test_files_of_which_only_some_have_ids_stop_the_run_before_it_begins(
    score: Call, loaded: list[object], tmp_path: Path
) -> None:
    good = archive(tmp_path / "a.jsonl", "Fine")
    bad = tmp_path / "b.csv"
    bad.write_text("text\nFine\n")
    found = score(good, bad, "--out", tmp_path / "o.csv")
    assert (found.exit_code, loaded) == (2, [])
    assert f"{bad}: has no column of ids, but {good} has 'id'" in found.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.csv"]


def test_an_unknown_setting_exits_2(
    score: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMITY_MODEL_DIR", "x")
    found = score("--text", "Hello")
    assert found.exit_code == 2
    assert "COMITY_MODEL_DIR" in found.output


def test_a_folder_that_is_no_bundle_exits_2(tmp_path: Path) -> None:
    found = CliRunner().invoke(score_command, ["--text", "Hello", "--bundle", str(tmp_path)])
    assert found.exit_code == 2
    assert str(tmp_path) in found.output
    assert "Hello" not in found.output


def test_the_bundle_and_the_threads_asked_for_are_the_ones_loaded(
    score: Call, loaded: list[object], tmp_path: Path
) -> None:
    score("--text", "Hello", "--bundle", tmp_path, "--threads", "3")
    score("--text", "Hello")
    models = tmp_path / "var" / "models"
    models.mkdir(parents=True)
    (models / "champion").symlink_to(tmp_path)
    score("--text", "Hello")
    assert [one[:2] for one in loaded] == [
        (tmp_path, 3),
        (None, None),
        (models / "champion", None),
    ]


@pytest.mark.parametrize("bundle", [True, False])
def test_engine_and_language_of_the_settings_hold_for_archives_and_for_one_comment(
    score: Call, loaded: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bundle: bool
) -> None:
    monkeypatch.setenv("COMITY_ENGINE", "onnxruntime")
    monkeypatch.setenv("COMITY_LANGUAGE", "de")
    named = ["--bundle", tmp_path] if bundle else []
    score("--text", "Hello", *named)
    score(archive(tmp_path / "a.jsonl", "Fine"), "--out", tmp_path / "o.csv", *named)
    assert [one[2:] for one in loaded] == [("onnxruntime", "de")] * 2


@pytest.mark.parametrize(("name", "value"), [("COMITY_LANGAUGE", "de"), ("COMITY_ENGINE", "fast")])
def test_a_setting_that_is_misspelt_stops_a_run_with_a_bundle_too(
    score: Call,
    loaded: list[object],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(name, value)
    source = archive(tmp_path / "a.jsonl", "Fine")
    for call in (["--text", "Hello"], [source, "--out", tmp_path / "o.csv"]):
        found = score(*call, "--bundle", tmp_path)
        assert (found.exit_code, loaded) == (2, [])
        assert name in found.output
    assert list(tmp_path.iterdir()) == [source]


# Archives


def test_an_archive_is_scored_into_a_csv(score: Call, tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", INSULT, "Fine words", "123")
    out = tmp_path / "o.csv"
    found = score(source, "--out", out)
    assert found.exit_code == 0, found.output
    assert "3 comments in" in found.output
    assert "0 failed, 1 not judged" in found.output
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [row["id"] for row in rows] == ["c-1", "c-2", "c-3"]
    assert [row["action"] for row in rows] == ["hold", "approve", "review"]
    assert [row["insult"] for row in rows] == ["0.9", "0.1", ""]
    assert json.loads(rows[0]["spans"]) == [[10, 15, "insult"]]
    assert rows[0]["target"] == "person"
    assert {row["model"] for row in rows} == {"list-1"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "o.csv"]


def test_a_run_says_nothing_on_stdout_and_shows_no_bar_off_a_terminal(
    score: Call, tmp_path: Path
) -> None:
    found = score(archive(tmp_path / "a.jsonl", "Fine"), "--out", tmp_path / "o.csv")
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".parquet"])
def test_every_output_says_the_same(score: Call, tmp_path: Path, ending: str) -> None:
    source = archive(tmp_path / "a.jsonl", INSULT, None)
    out = tmp_path / f"o{ending}"
    assert score(source, "--out", out).exit_code == 1
    if ending == ".parquet":
        rows = pq.read_table(out).to_pylist()
    else:
        content = out.read_bytes()
        text = (gzip.decompress(content) if ending.endswith("gz") else content).decode()
        rows = (
            [json.loads(line) for line in text.splitlines()]
            if "jsonl" in ending
            else list(csv.DictReader(io.StringIO(text)))
        )
    assert [row["id"] for row in rows] == ["c-1", "c-2"]
    assert float(rows[0]["insult"]) == 0.9
    assert rows[1]["error"].endswith("a.jsonl, line 2, column 'text': is null; text is expected")


def test_some_failed_rows_exit_1_with_each_reason_in_its_row(score: Call, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"id,text\n1,Fine\n2,too,many\n3,caf\xe9\n4,Fine\n")
    out = tmp_path / "o.jsonl"
    found = score(source, "--out", out)
    assert found.exit_code == 1
    assert "4 comments" in found.output
    assert "2 failed" in found.output
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["error"] is None for row in rows] == [True, False, False, True]
    assert f"{source}, line 4, column 'text'" in rows[2]["error"]
    assert [row["action"] for row in rows] == ["approve", "review", "review", "approve"]


def test_columns_can_be_named(score: Call, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("nr,Kommentar,text\n7,clown,x y\n")
    out = tmp_path / "o.jsonl"
    named = ["--text-column", "Kommentar", "--id-column", "nr"]
    assert score(source, "--out", out, *named).exit_code == 0
    row = json.loads(out.read_text())
    assert (row["id"], row["insult"]) == ("7", 0.9)


def test_an_output_that_exists_is_kept_unless_overwrite_is_said(
    score: Call, tmp_path: Path
) -> None:
    source = archive(tmp_path / "a.jsonl", "Fine")
    out = tmp_path / "o.jsonl"
    out.write_text("precious\n")
    found = score(source, "--out", out)
    assert found.exit_code == 2
    assert "exists; --overwrite replaces it" in found.output
    assert out.read_text() == "precious\n"
    assert score(source, "--out", out, "--overwrite").exit_code == 0
    assert json.loads(out.read_text())["id"] == "c-1"


def test_a_run_that_was_interrupted_keeps_its_rows_and_is_resumed(
    score: Call, scorer: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = archive(tmp_path / "a.jsonl", *[f"Comment {n}" for n in range(CHUNK_ROWS * 3)])
    out = tmp_path / "o.csv"
    whole = scorer.score

    def interrupted(comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        if comments[0].id != "c-1":
            raise KeyboardInterrupt
        return whole(comments, spans=spans)

    monkeypatch.setattr(scorer, "score", interrupted)
    found = score(source, "--out", out)
    assert found.exit_code == 130
    assert f"finished rows are in {out}.partial" in found.output
    assert not out.exists()
    monkeypatch.setattr(scorer, "score", whole)
    assert "--resume goes on with it" in score(source, "--out", out).output
    scorer.asked.clear()
    found = score(source, "--out", out, "--resume")
    assert found.exit_code == 0
    assert len(scorer.asked) == CHUNK_ROWS * 2
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [row["id"] for row in rows] == [f"c-{n}" for n in range(1, CHUNK_ROWS * 3 + 1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "o.csv"]


def test_a_resume_with_another_input_exits_2(
    score: Call, scorer: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = archive(tmp_path / "a.jsonl", "Fine")
    out = tmp_path / "o.csv"
    monkeypatch.setattr("service.archive.writers.write", _no_space)
    assert score(source, "--out", out).exit_code == 1
    archive(tmp_path / "a.jsonl", "Fine", "And more")
    found = score(source, "--out", out, "--resume")
    assert found.exit_code == 2
    assert "belongs to another run" in found.output


def test_a_resume_with_nothing_to_resume_begins(score: Call, tmp_path: Path) -> None:
    source = archive(tmp_path / "a.jsonl", "Fine")
    assert score(source, "--out", tmp_path / "o.csv", "--resume").exit_code == 0


def _no_space(results: object, out: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_named_and_keeps_what_is_finished(
    score: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = archive(tmp_path / "a.jsonl", "Fine", INSULT)
    out = tmp_path / "o.csv"
    with monkeypatch.context() as patched:
        patched.setattr("service.archive.writers.write", _no_space)
        found = score(source, "--out", out)
    assert found.exit_code == 1
    assert f"{out}: cannot be written: No space left on device" in found.output
    assert score(source, "--out", out, "--resume").exit_code == 0
    assert len(out.read_text().splitlines()) == 3


class _FullDisk(io.RawIOBase):
    """A disk that is full as soon as a buffer is written out to it."""

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_disk_that_is_full_when_the_journal_is_closed_too_is_named_once(
    score: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = journal.Journal.append

    def append(self: journal.Journal, results: Sequence[object]) -> None:
        self._file.close()
        self._file = io.BufferedWriter(_FullDisk())
        whole(self, results)

    source = archive(tmp_path / "a.jsonl", "Fine")
    out = tmp_path / "o.csv"
    begun = journal.begun

    def begun_then_full(path: Path, head: dict[str, object]) -> journal.Journal:
        made = begun(path, head)
        monkeypatch.setattr(journal.Journal, "append", append)
        return made

    monkeypatch.setattr(journal, "begun", begun_then_full)
    found = score(source, "--out", out)
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr == (
        f"Error: {out}: cannot be written: No space left on device;"
        f" finished rows are in {out}.partial, --resume goes on from there\n"
    )


def test_a_disk_that_is_full_from_the_start_is_named_and_leaves_nothing(
    score: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def append(self: journal.Journal, results: Sequence[object]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.Journal, "append", append)
    source = archive(tmp_path / "a.jsonl", "Fine")
    found = score(source, "--out", tmp_path / "o.csv")
    assert found.exit_code == 1
    assert found.stderr == f"Error: {tmp_path}/o.csv: cannot be written: No space left on device\n"
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("kind", [".csv", ".jsonl"])
def test_a_files_name_need_not_be_utf_8(
    score: Call, tmp_path: Path, kind: str, ending: str
) -> None:
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9" + kind.encode()))
    source.write_text(
        "id,text\n1,Fine\n2,\n" if kind == ".csv" else '{"text":"Fine"}\n{"text":""}\n'
    )
    out = source.with_suffix(f".out{ending}")
    found = score(source, "--out", out)
    assert (found.exit_code, found.exception.__class__) == (1, SystemExit), found.output
    if ending == ".parquet":
        with out.open("rb") as file:
            errors = pq.read_table(file)["error"].to_pylist()
    else:
        errors = out.read_text().splitlines()
    assert "is blank" in errors[-1]
    assert "caf\\udce9" in errors[-1].replace("\\\\", "\\")


@pytest.mark.parametrize("overwrite", [[], ["--overwrite"]])
def test_an_output_that_cannot_be_made_stops_the_call_before_a_model_is_loaded(
    score: Call, loaded: list[object], tmp_path: Path, overwrite: list[str]
) -> None:
    source = archive(tmp_path / "a.jsonl", "Fine")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "o.csv.writing").mkdir()
    for name, reason in (
        ("x" * 400 + ".csv", "cannot be written: File name too long"),
        ("x" * 245 + ".csv", "cannot be written: File name too long"),
        ("folder.csv", "is a folder"),
        ("o.csv", "o.csv.writing: is a folder"),
    ):
        found = score(source, "--out", tmp_path / name, *overwrite)
        assert (found.exit_code, loaded) == (2, []), found.output
        assert found.stderr.startswith(f"Error: {tmp_path / name}"[:60])
        assert reason in found.stderr
    assert not list(tmp_path.glob("*.partial"))


def test_a_network_that_fails_midway_keeps_what_is_finished(
    score: Call, scorer: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        raise ScoringError("bundle list-1: the network gave no finite logits")

    monkeypatch.setattr(scorer, "score", fail)
    found = score(archive(tmp_path / "a.jsonl", "Fine"), "--out", tmp_path / "o.csv")
    assert found.exit_code == 1
    assert "no finite logits; finished rows are in" in found.output
    assert not (tmp_path / "o.csv").exists()


def test_a_network_that_fails_at_one_comment_says_so_without_its_words(
    score: Call, scorer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(comments: Sequence[Comment], *, spans: bool = False) -> list[Scores]:
        raise ScoringError("bundle list-1: the network gave no finite logits")

    monkeypatch.setattr(scorer, "score", fail)
    found = score("--text", "Zebedee wrote this")
    assert found.exit_code == 1
    assert found.output == "Error: not scored: bundle list-1: the network gave no finite logits\n"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (EngineError("no inference engine is installed"), "no inference engine is installed"),
        (ScoringError("bundle x: no finite logits"), "bundle x: no finite logits"),
        (PermissionError(13, "Permission denied", "/tmp/x"), "/tmp/x: Permission denied"),
        (FileNotFoundError(2, "No usable temporary directory"), "No usable temporary directory"),
    ],
)
def test_where_the_warm_up_fails_nothing_is_begun(
    score: Call,
    scorer: object,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fault: Exception,
    says: str,
) -> None:
    def warm_up() -> None:
        raise fault

    monkeypatch.setattr(scorer, "warm_up", warm_up)
    source = archive(tmp_path / "a.jsonl", "Fine")
    found = score(source, "--out", tmp_path / "o.csv")
    assert (found.exit_code, found.output) == (2, f"Error: {says}\n")
    assert list(tmp_path.iterdir()) == [source]


def test_no_message_holds_the_comments_words(score: Call, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b'Zebedee wrote this line and it has no header,7\nZebedee "again",8\n')
    out = tmp_path / "o.jsonl"
    found = score(source, "--out", out)
    assert found.exit_code == 2
    source.write_bytes(b'id,text\n1,Zebedee,Zebedee\n"Zebedee" x,Zebedee\n3,Zebedee \xff\n')
    found = score(source, "--out", out)
    assert found.exit_code == 1
    assert "Zebedee" not in found.output + out.read_text()


def terminal_as_stderr(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Put a terminal in the place of stderr; what is shown on it can be read."""
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def test_a_progress_bar_is_shown_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = terminal_as_stderr(monkeypatch)
    with scoring._progress(1000) as show:
        show(1234, 500)
    assert f"1,234 comments  [{'#' * 18}{'-' * 18}]   50%" in terminal.getvalue()
    assert capsys.readouterr().out == ""


def test_the_progress_bar_takes_bytes_read_in_all_and_counts_rows_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = terminal_as_stderr(monkeypatch)
    with scoring._progress(1000) as show:
        show(100, 250)
        show(200, 250)
        show(300, 1000)
    states = [state.split() for state in click.unstyle(terminal.getvalue()).split("\r")[1:]]
    assert [int(state[0]) for state in states] == [0, 100, 200, 300]
    assert [state[-1] for state in states] == ["0%", "25%", "25%", "100%"]


def test_the_progress_bar_of_empty_files_shows_without_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = terminal_as_stderr(monkeypatch)
    with scoring._progress(0) as show:
        show(0, 0)
    assert "100%" in terminal.getvalue()


def test_off_a_terminal_there_is_no_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with scoring._progress(1000) as show:
        show(1234, 500)
    assert capsys.readouterr() == ("", "")

"""Toxic Spans: annotators' marks become shares of labels, and spans with the share who marked them."""

import logging
from pathlib import Path

import pytest

from model.records import Span
from training.corpora import CATALOGUE, CorpusError, read_corpus
from training.corpora.offsets import runs

COMMENT = "What an utter fool, damn him."
FOOL, DAMN = (14, 18), (20, 24)


def placed(corpora: Path, spans: str, *, annotators: int = 3, comment: str = COMMENT) -> None:
    folder = corpora / "toxic_spans"
    folder.mkdir()
    (folder / "comments.csv").write_text(f'comment_id,comment_text\n7,"{comment}"\n')
    annotations = "".join(f"{n},7,{n},USA,True,True\n" for n in range(1, annotators + 1))
    header = "annotation,comment_id,worker,country,all toxic,not toxic\n"
    (folder / "annotations.csv").write_text(header + annotations)
    (folder / "spans.csv").write_text("annotation,type,start,end\n" + spans)


def test_shares_count_annotators_once_each(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,14,18\n1,Insult,0,4\n2,Insult,14,18\n3,Profane/Obscene,20,24\n")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.labels == pytest.approx(
        {
            "insult": 2 / 3,
            "profanity": 1 / 3,
            "identity_attack": 0.0,
            "threat": 0.0,
            "incivility": 0.9,
        }
    )


def test_spans_say_which_share_marked_them_under_one_label_and_under_any(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,8,18\n2,Insult,14,18\n3,Profane/Obscene,14,18\n")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.spans == (
        Span(8, 14, "carries", pytest.approx(1 / 3)),
        Span(8, 14, "insult", pytest.approx(1 / 3)),
        Span(*FOOL, "carries", 1.0),
        Span(*FOOL, "insult", pytest.approx(2 / 3)),
        Span(*FOOL, "profanity", pytest.approx(1 / 3)),
    )


def test_a_mark_of_under_a_quarter_is_a_slip(tmp_path: Path) -> None:
    one_of_five = "".join(f"{n},Insult,14,18\n" for n in range(1, 6)) + "5,Insult,0,4\n"
    placed(tmp_path, one_of_five, annotators=5)
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.spans == (Span(*FOOL, "carries", 1.0), Span(*FOOL, "insult", 1.0))


def test_who_marked_nothing_counts_half(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,14,18\n1,Profane/Obscene,20,24\n")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.labels["insult"] == 0.5
    assert {(span.begin, span.label, span.score) for span in example.spans or ()} == {
        *((begin, "carries", 0.5) for begin in (14, 20)),
        (14, "insult", 0.5),
        (20, "profanity", 0.5),
    }


def test_marks_that_overlap_by_one_annotator_count_once(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,14,18\n1,Insult,10,18\n2,Threat,14,18\n3,Threat,14,18\n")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert max(s.score for s in example.spans or () if s.label == "insult") == pytest.approx(1 / 3)


def test_incivility_is_at_least_the_aimed_shares(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,14,18\n2,Insult,14,18\n3,Insult,14,18\n")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.labels["incivility"] == 1.0


def test_mere_swearing_says_nothing_of_incivility(tmp_path: Path) -> None:
    placed(tmp_path, "1,Profane/Obscene,20,24\n2,Profane/Obscene,20,24\n")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert "incivility" not in example.labels
    assert example.labels["profanity"] == 0.8


def test_a_comment_that_nobody_marked_has_unknown_types_and_spans(tmp_path: Path) -> None:
    placed(tmp_path, "")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.labels == {"incivility": 0.75}
    assert example.spans is None


def test_other_toxicity_is_a_mark_without_a_label(tmp_path: Path) -> None:
    placed(tmp_path, "1,Other Toxicity,0,4\n2,Other Toxicity,0,4\n", annotators=2)
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.spans == (Span(0, 4, "carries", 1.0),)
    assert example.labels["insult"] == 0.0
    assert example.labels["incivility"] == 0.7


def test_malformed_types_are_dropped_by_name_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    placed(tmp_path, "1,Insu,14,18\n2,,0,4\n3,Insult,14,18\n")
    with caplog.at_level(logging.WARNING):
        (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.labels["insult"] == 0.5
    assert "2 spans of unknown type dropped" in caplog.text
    assert "'Insu': 1" in caplog.text
    assert COMMENT not in caplog.text


def test_a_mark_beyond_the_end_stops_at_the_end(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,14,900\n", annotators=1)
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert {(span.begin, span.end) for span in example.spans or ()} == {(14, len(COMMENT))}


def test_an_offset_that_is_no_number_is_named(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,here,18\n")
    with pytest.raises(CorpusError, match=r"spans\.csv, line 2, column 'start': is not a number"):
        list(read_corpus("toxic_spans", tmp_path))


def test_outer_white_space_stays_so_that_offsets_hold(tmp_path: Path) -> None:
    placed(tmp_path, "1,Insult,2,6\n", annotators=1, comment="  fool ")
    (example,) = read_corpus("toxic_spans", tmp_path)
    assert example.text == "  fool "
    assert {(span.begin, span.end) for span in example.spans or ()} == {(2, 6)}


def test_three_joined_files_ask_for_their_folder(tmp_path: Path) -> None:
    placed(tmp_path, "")
    with pytest.raises(CorpusError, match="is not a folder that holds"):
        list(CATALOGUE["toxic_spans"].read(tmp_path / "toxic_spans" / "comments.csv"))


def trial(corpora: Path, spans: str) -> Path:
    file = corpora / "toxic_spans" / "tsd_trial.csv"
    file.parent.mkdir()
    file.write_text(f'spans,text\n"{spans}","{COMMENT}"\n')
    return file


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ("[14, 15, 16, 17, 20, 21]", (Span(14, 18, "toxic", 1.0), Span(20, 22, "toxic", 1.0))),
        ("[15, 14, 14]", (Span(14, 16, "toxic", 1.0),)),
        ("[]", ()),
    ],
)
def test_trial_offsets_become_spans(tmp_path: Path, spans: str, expected: tuple[Span, ...]) -> None:
    trial(tmp_path, spans)
    (example,) = read_corpus("tsd_trial", tmp_path)
    assert (example.spans, example.labels) == (expected, {})


@pytest.mark.parametrize("spans", ["[99]", "[-1]", "[1", "{}", "[true]", "[1.5]", "seven"])
def test_trial_offsets_that_are_none_are_named(tmp_path: Path, spans: str) -> None:
    trial(tmp_path, spans)
    with pytest.raises(CorpusError, match=r"tsd_trial\.csv, line 2, column 'spans'"):
        list(read_corpus("tsd_trial", tmp_path))


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [([], []), ([3], [(3, 4)]), ([0, 1, 2, 5, 7, 8], [(0, 3), (5, 6), (7, 9)])],
)
def test_runs_of_offsets(offsets: list[int], expected: list[tuple[int, int]]) -> None:
    assert list(runs(offsets)) == expected

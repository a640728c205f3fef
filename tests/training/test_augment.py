"""Disguised copies: the carriers and nothing else change, spans follow, and civil rows get the same."""

import re
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.records import Example, Span
from training.augment import SUFFIX, carrying_words, disguised, with_edits

UNCIVIL = {"incivility": 1.0, "insult": 0.9, "profanity": 0.0}
CIVIL = {"incivility": 0.0, "insult": 0.05}


def spans_of(text: str, *words: str, label: str = "insult") -> tuple[Span, ...]:
    return tuple(
        Span(found.start(), found.end(), label, 0.8)
        for word in words
        for found in re.finditer(re.escape(word), text)
    )


def marked(number: int, text: str, *words: str, label: str = "insult") -> Example:
    return Example(
        text,
        UNCIVIL,
        id=f"row-{number}",
        weight=2.0,
        source="desk",
        target="person",
        spans=spans_of(text, *words, label=label),
        key=f"thread-{number}",
    )


def uncivil_rows(n: int = 8) -> list[Example]:
    return [
        marked(i, f"Number {i} was wrong again, what a dunderhead he remains.", "dunderhead")
        for i in range(n)
    ]


def civil_rows(n: int = 8) -> list[Example]:
    return [
        Example(f"The {i}th tram to Marwick left early this morning.", CIVIL, id=f"civil-{i}")
        for i in range(n)
    ]


def test_copies_keep_everything_but_text_spans_and_id() -> None:
    rows = uncivil_rows()
    copies = disguised(rows, share=1, seed=1)
    assert [copy.id for copy in copies] == [row.id + SUFFIX for row in rows]
    for row, copy in zip(rows, copies, strict=True):
        assert (copy.labels, copy.weight, copy.target) == (row.labels, row.weight, row.target)
        assert (copy.key, copy.source, copy.context) == (row.key, row.source, row.context)


def test_only_the_marked_word_is_disguised_and_its_span_follows() -> None:
    rows = uncivil_rows()
    for row, copy in zip(rows, disguised(rows, share=1, seed=1), strict=True):
        assert copy.spans is not None
        (span,) = copy.spans
        before, after = row.text.split("dunderhead")
        assert copy.text[: span.begin] == before
        assert copy.text[span.end :] == after
        assert copy.text[span.begin : span.end] != "dunderhead"
        assert (span.label, span.score) == ("insult", 0.8)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_civil_and_uncivil_rows_are_copied_by_the_same_share(share: float) -> None:
    copies = disguised(uncivil_rows(40) + civil_rows(60), share=share, seed=3)
    counts = Counter(copy.labels["incivility"] for copy in copies)
    assert (counts[1.0], counts[0.0]) == (40 * share, 60 * share)


def test_civil_copies_keep_their_labels_and_have_one_or_two_words_changed() -> None:
    rows = civil_rows(30)
    for row, copy in zip(rows, disguised(rows, share=1, seed=5), strict=True):
        assert copy.labels == CIVIL
        assert copy.spans is None
        kept = [word for word in row.text.split() if word in copy.text.split()]
        assert 1 <= len(row.text.split()) - len(kept) <= 2
        # Words of fewer than four letters are left alone.
        assert {"The", "to"} <= set(copy.text.split())


def test_the_same_seed_gives_the_same_copies_and_another_does_not() -> None:
    rows = uncivil_rows(20) + civil_rows(20)
    assert disguised(rows, share=0.5, seed=7) == disguised(rows, share=0.5, seed=7)
    assert disguised(rows, share=0.5, seed=7) != disguised(rows, share=0.5, seed=8)


def test_a_copy_does_not_depend_on_the_rows_beside_it() -> None:
    rows = uncivil_rows(5)
    alone = disguised(rows[2:3], share=1, seed=7)
    assert alone[0] in disguised(rows, share=1, seed=7)


def test_words_that_carry_insults_are_learnt_from_spans() -> None:
    rows = uncivil_rows(4)
    assert carrying_words(rows) == {"dunderhead"}
    # Under the least number of times that a word must be marked.
    assert carrying_words(rows[:3]) == frozenset()
    # Mostly outside of spans, so it is no carrier.
    elsewhere = [marked(i, "A dunderhead is a word.") for i in range(20)]
    assert carrying_words(rows + elsewhere) == frozenset()


def test_a_word_of_a_long_marked_phrase_is_not_taken_for_a_carrier() -> None:
    text = "You ought to be thrown in the river today."
    rows = [marked(i, text, "thrown in the river today", label="threat") for i in range(6)]
    assert carrying_words(rows) == frozenset()
    assert all("You ought to be " in copy.text for copy in disguised(rows, share=1, seed=2))


def test_words_for_people_are_not_learnt_from_attacks_on_them() -> None:
    text = "The Marwickers are to blame as ever."
    rows = [marked(i, text, "Marwickers", label="identity_attack") for i in range(6)]
    assert carrying_words(rows) == frozenset()
    # So that they are disguised in civil rows as well.
    civil = Example("Marwickers", CIVIL, id="civil")
    assert [copy.labels for copy in disguised([*rows, civil], share=1, seed=2)][-1] == CIVIL


def test_an_insulting_row_without_spans_hides_the_learnt_words_only() -> None:
    bare = Example("That DUNDERHEAD parked across two bays.", UNCIVIL, id="bare")
    (copy,) = [c for c in disguised([*uncivil_rows(), bare], share=1, seed=2) if "bare" in c.id]
    assert copy.text.startswith("That ")
    assert copy.text.endswith(" parked across two bays.")
    assert "DUNDERHEAD" not in copy.text


@pytest.mark.parametrize(
    "example",
    [
        Example("Nothing here is known to be rude.", UNCIVIL, id="no learnt word"),
        Example("Such a dunderhead of a door handle.", {"incivility": 0.3}, id="between"),
        Example("Nobody has said what this one is.", {}, id="unlabelled"),
        Example("See https://marwick.example/timetable @tram_news #trams.", CIVIL, id="links"),
        Example("So it is. Go on, do it.", CIVIL, id="short words"),
        Example("", CIVIL, id="empty"),
    ],
)
def test_a_row_without_a_word_to_hide_has_no_copy(example: Example) -> None:
    copies = disguised([*uncivil_rows(), example], share=1, seed=2)
    assert [copy.id for copy in copies if copy.id == example.id + SUFFIX] == []


def test_spans_of_other_labels_are_no_carriers_but_move_along() -> None:
    text = "The dunderhead shut the reading room."
    both = spans_of(text, "dunderhead") + spans_of(text, "reading room", label="topic")
    row = Example(text, UNCIVIL, id="both", spans=both)
    (copy,) = disguised([row], share=1, seed=9)
    assert copy.spans is not None
    assert copy.text[copy.spans[1].begin : copy.spans[1].end] == "reading room"


def test_no_row_gives_no_copy() -> None:
    assert disguised([], share=1, seed=1) == []


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="must be 0 to 1"):
        disguised(uncivil_rows(), share=share, seed=1)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]], tuple[int, int]]:
    text = draw(st.text(min_size=1, max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = [pair for pair in zip(cuts[::2], cuts[1::2], strict=False)]
    edits = [(begin, end, draw(st.text(min_size=1, max_size=6))) for begin, end in pairs]
    begin = draw(st.integers(0, len(text) - 1))
    return text, edits, (begin, draw(st.integers(begin + 1, len(text))))


def applied(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for begin, end, new in reversed(edits):
        text = text[:begin] + new + text[end:]
    return text


@settings(deadline=None)
@given(edited())
def test_a_span_marks_what_became_of_its_words(
    given_: tuple[str, list[tuple[int, int, str]], tuple[int, int]],
) -> None:
    text, edits, (begin, end) = given_
    copy = with_edits(Example(text, UNCIVIL, spans=(Span(begin, end, "insult", 1.0),)), edits)
    assert copy.text == applied(text, edits)
    assert copy.spans is not None
    for first, last, _ in edits:  # a word touched at all is marked whole
        begin = first if first < begin < last else begin
        end = last if first < end < last else end
    inside = [edit for edit in edits if begin <= edit[0] and edit[1] <= end]
    before = [edit for edit in edits if edit[1] <= begin]
    moved = copy.spans[0]
    assert copy.text[: moved.begin] == applied(text[:begin], before)
    assert copy.text[moved.begin : moved.end] == applied(
        text[begin:end], [(b - begin, e - begin, new) for b, e, new in inside]
    )


@settings(deadline=None)
@given(st.integers(0, 500))
def test_the_words_beside_the_carrier_are_never_touched(seed: int) -> None:
    text = "😀 Ça va? What a ninny, what a NINNY: ninny-like, she said of Zoë."
    row = Example(text, UNCIVIL, id="ninny", spans=spans_of(text, "ninny", "NINNY"))
    (copy,) = disguised([row], share=1, seed=seed)
    assert copy.text.startswith("😀 Ça va? What a ")
    assert copy.text.endswith("-like, she said of Zoë.")
    assert copy.spans is not None
    outside = "".join(
        character
        for i, character in enumerate(copy.text)
        if not any(span.begin <= i < span.end for span in copy.spans)
    )
    assert outside == text.replace("ninny", "").replace("NINNY", "")

"""From token logits to spans of the original: whole words, no overlaps, the right names."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.labels import SPAN_NAMES
from model.records import Span
from model.spans import TOKEN_OUTPUTS, TokenLogits, spans_of
from model.text import clean, unmasked

LOW = -9.0


def read(text: str, *marks: tuple[str, str]) -> TokenLogits:
    """Mark the first place of each (piece, label) in the clean reading of a text."""
    reading = clean(text)
    offsets = [
        (reading.text.index(piece), reading.text.index(piece) + len(piece)) for piece, _ in marks
    ]
    logits = np.full((len(marks), len(TOKEN_OUTPUTS)), LOW, np.float32)
    for row, (_, label) in enumerate(marks):
        logits[row, [0, TOKEN_OUTPUTS.index(label)]] = 3.0
    return TokenLogits(reading, offsets, logits)


def said(text: str, *marks: tuple[str, str]) -> list[tuple[str, str]]:
    found = spans_of(text, [read(text, *marks)], threshold=0.5)
    return [(text[span.begin : span.end], span.label) for span in found]


def test_a_piece_marks_its_whole_word_signs_included() -> None:
    assert said("You f**kwit, go.", ("**", "profanity")) == [("f**kwit", "profanity")]
    assert said("what a low-life!", ("life", "insult")) == [("low-life", "insult")]


def test_neighbours_of_one_label_are_one_span() -> None:
    text = "you stupid, ugly clown and liar"
    marks = [(word, "insult") for word in ("stupid", "ugly", "clown", "liar")]
    assert said(text, *marks) == [("stupid, ugly clown", "insult"), ("liar", "insult")]


def test_pieces_of_a_word_around_a_sign_that_hides_a_letter_are_one_span() -> None:
    for hidden in ("id|ot", "id/iot", "sh¡t", "id..iot", "i|d|i|o|t"):
        text = f"{hidden}!"
        offsets = [piece.span() for piece in re.finditer("[a-z]+", text)]
        logits = np.full((len(offsets), len(TOKEN_OUTPUTS)), LOW, np.float32)
        logits[:, [0, TOKEN_OUTPUTS.index("insult")]] = 3.0
        (span,) = spans_of(text, [TokenLogits(clean(text), offsets, logits)], threshold=0.5)
        assert text[span.begin : span.end] == hidden


def test_whole_words_around_a_sign_and_pieces_of_two_labels_stay_apart() -> None:
    assert said("fool/liar", ("fool", "insult"), ("liar", "insult")) == [
        ("fool", "insult"),
        ("liar", "insult"),
    ]
    assert said("id|ot", ("id", "profanity"), ("ot", "insult")) == [
        ("id", "profanity"),
        ("ot", "insult"),
    ]
    assert said("you. So", ("you", "insult"), ("So", "insult")) == [
        ("you", "insult"),
        ("So", "insult"),
    ]


def test_letters_apart_by_signs_are_marked_as_one_word_in_the_original() -> None:
    for written in ("F.U.C.K.", "I-N-C-H", "i . d . i . o . t", "|oser"):
        text = f"oh {written} you"
        other = unmasked(text)
        assert other is not None
        (place,) = [m.span() for m in re.finditer(r"(?<=oh )\w+", other.text)]
        logits = np.full((1, len(TOKEN_OUTPUTS)), 3.0, np.float32)
        (span,) = spans_of(text, [TokenLogits(other, [place], logits)], threshold=0.5)
        assert text[span.begin : span.end] == written


def test_neighbours_of_two_labels_are_two_spans() -> None:
    assert said("damn liar", ("damn", "profanity"), ("liar", "insult")) == [
        ("damn", "profanity"),
        ("liar", "insult"),
    ]


def test_a_mark_is_named_by_a_label_that_the_comment_has_where_it_has_one() -> None:
    read_as_threat = read("The hens next door", ("hens", "threat"))
    read_as_threat.logits[0, TOKEN_OUTPUTS.index("insult")] = 1.0

    def names(*reached: str) -> list[str]:
        spans = spans_of("The hens next door", [read_as_threat], threshold=0.5, reached=reached)
        return [span.label for span in spans]

    assert names() == ["threat"]
    assert names("incivility", "insult") == ["insult"]
    assert names("insult", "threat") == ["threat"]
    assert names("incivility", "condescension") == ["threat"]


def test_offsets_point_into_the_original_past_what_cleaning_dropped() -> None:
    text = "\u200byou&nbsp;  \u200blia\u200br!"
    (span,) = spans_of(text, [read(text, ("liar", "insult"))], threshold=0.5)
    assert text[span.begin : span.end].replace("\u200b", "") == "liar"


def test_what_only_the_unmasked_reading_shows_is_marked_too() -> None:
    text = "you c l o w n"
    other = unmasked(text)
    assert other is not None
    place = other.text.index("clown")
    logits = np.full((1, len(TOKEN_OUTPUTS)), 3.0, np.float32)
    (span,) = spans_of(text, [TokenLogits(other, [(place, place + 5)], logits)], threshold=0.5)
    assert text[span.begin : span.end] == "c l o w n"


def test_one_piece_of_a_spaced_word_marks_all_of_it() -> None:
    text = "you c l o w n"
    other = unmasked(text)
    assert other is not None
    place = other.text.index("clown")
    logits = np.full((1, len(TOKEN_OUTPUTS)), 3.0, np.float32)
    (span,) = spans_of(text, [TokenLogits(other, [(place, place + 2)], logits)], threshold=0.5)
    assert text[span.begin : span.end] == "c l o w n"


def test_a_full_stop_without_a_space_ends_a_word() -> None:
    assert said("idiot.You know", ("idiot", "insult")) == [("idiot", "insult")]


def test_under_the_threshold_nothing_is_marked() -> None:
    text = "you clown"
    one = read(text, ("clown", "insult"))
    assert spans_of(text, [one], threshold=0.96) == ()
    assert len(spans_of(text, [one], threshold=0.95)) == 1


def test_two_windows_that_share_a_word_mark_it_once_with_the_higher_chance() -> None:
    text = "you clown"
    sure, surer = read(text, ("clown", "insult")), read(text, ("clown", "insult"))
    surer.logits[:, 0] = 6.0
    (span,) = spans_of(text, [sure, surer], threshold=0.5)
    assert span.score > 0.99


@given(st.text(max_size=40), st.data())
def test_spans_of_any_text_are_in_order_apart_and_inside(text: str, data: st.DataObject) -> None:
    reading = clean(text)
    bounds = st.integers(0, len(reading.text))
    pairs = data.draw(st.lists(st.tuples(bounds, bounds).map(sorted), max_size=8))
    logits = np.array(
        [
            data.draw(st.lists(st.sampled_from([LOW, 0.5, 3.0]), min_size=5, max_size=5))
            for _ in pairs
        ],
        dtype=np.float32,
    ).reshape(len(pairs), len(TOKEN_OUTPUTS))
    offsets = [(begin, end) for begin, end in pairs]
    found = spans_of(text, [TokenLogits(reading, offsets, logits)], threshold=0.5)
    at = 0
    for span in found:
        assert isinstance(span, Span)
        assert at <= span.begin < span.end <= len(text)
        assert span.label in SPAN_NAMES
        assert 0.5 <= span.score <= 1
        at = span.end


def test_signs_around_a_word_are_not_marked_and_those_that_hide_it_are() -> None:
    assert said("You, clown.", (", clown.", "insult")) == [("clown", "insult")]
    assert said("nobody, go", (",", "insult")) == []
    for hidden in ("sh!t", "f**k", "$hit", "!d!ot", "s**"):
        assert said(f"oh {hidden}, no", (hidden[1:3], "profanity")) == [(hidden, "profanity")]


def test_an_emoji_is_marked_as_a_word_is() -> None:
    assert said("oh 🖕.", ("🖕.", "insult")) == [("🖕", "insult")]


def test_what_cleaning_drops_after_a_word_is_not_marked() -> None:
    for after in ("\n\n\n", "</p>", "&nbsp;&nbsp;", "\x00", "\u200b", "\u200b, you", "</b> you"):
        assert said(f"a clown{after}", ("clown", "insult")) == [("clown", "insult")]

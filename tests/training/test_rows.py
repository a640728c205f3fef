"""From comments to the numbers that a network learns from: words marked, cleared or unknown."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from model.labels import NAMES, SPAN_NAMES
from model.records import Example, Span
from model.spans import CARRIES, TOKEN_OUTPUTS
from model.text import clean
from training.rows import Padded, allowed_kinds, as_rows, token_marks

CARRIED, INSULT = TOKEN_OUTPUTS.index(CARRIES), TOKEN_OUTPUTS.index("insult")


def marks_of(example: Example, *offsets: tuple[int, int]) -> np.ndarray:
    flat = token_marks(example, clean(example.text), offsets)
    return np.array(flat).reshape(-1, len(TOKEN_OUTPUTS))


def test_a_token_has_the_largest_share_of_its_characters() -> None:
    spans = (Span(4, 6, "insult", 0.4), Span(6, 8, "insult", 0.7))
    marks = marks_of(Example("you fool", {}, spans=spans), (0, 3), (4, 8))
    assert marks[:, INSULT].tolist() == marks[:, CARRIED].tolist()
    assert np.allclose(marks[:, INSULT], [0, 0.7])


def test_marks_stand_where_the_original_has_them_not_the_cleaned_text() -> None:
    text = "you\u200b\u200b   fool"
    begin = text.index("fool")
    marked = Example(text, {}, spans=(Span(begin, begin + 4, "profanity", 1.0),))
    assert clean(text).text == "you fool"
    marks = marks_of(marked, (0, 3), (4, 8))
    assert marks[:, CARRIED].tolist() == [0, 1]


def test_a_span_of_the_whole_comments_label_still_carries() -> None:
    marks = marks_of(Example("you fool", {}, spans=(Span(4, 8, "incivility", 1.0),)), (4, 8))
    assert marks[0].tolist() == [1.0, *[0.0] * len(SPAN_NAMES)]


def test_special_tokens_carry_nothing() -> None:
    spans = (Span(0, 8, "insult", 1.0),)
    assert marks_of(Example("you fool", {}, spans=spans), (0, 0), (0, 3))[0].max() == 0


def test_unmarked_is_unknown_unless_the_labels_leave_nothing_to_mark() -> None:
    clear = dict.fromkeys(NAMES, 0.0)
    reading, offsets = clean("you"), [(0, 3)]
    assert token_marks(Example("you", {}), reading, offsets) == []
    assert token_marks(Example("you", {"insult": 0.0}), reading, offsets) == []
    assert token_marks(Example("you", clear | {"threat": 0.4}), reading, offsets) == []
    assert token_marks(Example("you", clear | {"incivility": 0.7}), reading, offsets) == []
    assert token_marks(Example("you", clear), reading, offsets) == [0.0]
    assert token_marks(Example("you", {}, spans=()), reading, offsets) == [0.0]


def test_a_row_holds_what_teacher_and_annotators_said(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    logits = np.zeros(len(NAMES), dtype=np.float32)
    examples = [Example("you are kind", {}, id="1"), Example("you fool", {}, id="2")]
    made = as_rows(
        examples, tokenizer, max_length=16, soft=lambda e: logits if e.id == "1" else None
    )
    assert made[0]["soft"] == [0.5] * len(NAMES)
    assert all(math.isnan(value) for value in made[1]["soft"])


def test_a_comment_of_our_own_that_is_uncivil_by_no_word_in_particular_has_unknown_marks() -> None:
    ours = Example("How precious.", {"incivility": 0.8}, source="newsroom", spans=())
    offsets = [(0, 3), (4, 12)]
    read = clean(ours.text)
    assert token_marks(ours, read, offsets) == []
    assert token_marks(replace(ours, labels={"incivility": 0.2}), read, offsets) == [0.0]
    assert token_marks(replace(ours, source="toxic_spans"), read, offsets) == [0.0]


@given(st.lists(st.sampled_from(["you", "fool", "kind"]), min_size=1, max_size=6), st.booleans())
def test_a_batch_has_marks_for_its_own_tokens_and_none_for_padding(
    words: list[str], cleared: bool
) -> None:
    tokens, given_marks = len(words), [0.0] if cleared else [0.5] * len(words) * len(TOKEN_OUTPUTS)
    rows = [
        {"input_ids": [5] * tokens, "marks": given_marks},
        {"input_ids": [5] * 8, "marks": []},
    ]
    batch = Padded(0)(rows)
    assert batch["marks"].shape == (2, 8, len(TOKEN_OUTPUTS))
    assert torch.all(batch["marks"][0, :tokens] == given_marks[0])
    assert batch["marks"][0, tokens:].isnan().all()
    assert batch["marks"][1].isnan().all()


def test_who_is_meant_is_one_kind_any_person_or_unknown() -> None:
    assert sum(allowed_kinds(None)) == 0
    assert sum(allowed_kinds("group")) == 1
    assert sum(allowed_kinds("person", exact=True)) == 1
    assert allowed_kinds("author", exact=True) == allowed_kinds("author")
    assert sum(allowed_kinds("person")) == 4


def test_the_tokenizer_gives_offsets(tiny_encoder: Path) -> None:
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(tiny_encoder)
    spans = (Span(8, 12, "insult", 1.0),)
    made = as_rows([Example("You are fool", {}, spans=spans)], tokenizer, max_length=16)
    marks = np.array(made[0]["marks"]).reshape(-1, len(TOKEN_OUTPUTS))
    assert len(marks) == len(made[0]["input_ids"])
    assert marks[:, INSULT].tolist() == [0, 0, 0, 1, 0]


def test_a_person_of_our_own_comments_and_readings_is_nobody_finer(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    labels = {"insult": 1.0}
    said = [
        Example("you fool", labels, source="olid", target="person"),
        Example("you clown", labels, source="newsroom", target="person"),
        Example("you are a fool", labels, source="olid", target="person", by="house"),
    ]
    rows = as_rows(said, tokenizer, max_length=16)
    assert [sum(row) for row in rows["target"]] == [4.0, 1.0, 1.0]


def test_our_own_phrases_may_count_less_than_annotators_words(tiny_encoder: Path) -> None:
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(tiny_encoder)
    marked = (Span(0, 4, "insult", 1.0),)
    ours = Example("Fool that you are.", {}, weight=4.0, source="newsroom", spans=marked)
    theirs = Example("Fool that you are.", {}, weight=1.5, source="toxic_spans", spans=marked)
    rows = as_rows([ours, theirs], tokenizer, max_length=16, own_marks_weight=0.25)
    assert rows["weight"] == [4.0, 1.5]
    assert rows["marks_weight"] == [1.0, 1.5]


def test_our_own_civil_comments_with_nothing_marked_count_as_little(tiny_encoder: Path) -> None:
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(tiny_encoder)
    civil = [
        Example("You are kind.", {}, source=source, spans=()) for source in ("newsroom", "olid")
    ]
    rows = as_rows(civil, tokenizer, max_length=16, own_marks_weight=0.25)
    assert rows["marks"] == [[0.0], [0.0]]
    assert rows["marks_weight"] == [0.25, 1.0]

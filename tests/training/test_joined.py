"""Rude lines beside plain ones: what moves, what stays, and that neither length nor frame tells."""

from collections import Counter
from dataclasses import replace

import pytest
from sklearn.metrics import roc_auc_score

from model.labels import NAMES
from model.records import Example, Span
from training.joined import PLAIN_SOURCES, SUFFIX, is_civil, is_plain, joined, merged

CIVIL = dict.fromkeys(NAMES, 0.0)
RUDE = {**CIVIL, "incivility": 1.0, "insult": 1.0}


def rude(number: int, source: str = "newsroom") -> Example:
    text = f"  You blockhead, of all people, {'really ' * (number % 7)}number {number}"
    begin = text.index("blockhead")
    spans = (Span(begin, begin + 9, "insult", 1.0),)
    return Example(text, RUDE, f"rude:{number}", 3.0, source, target="commenter", spans=spans)


def civil(number: int, source: str = "newsroom") -> Example:
    text = f"The bus {'usually ' * (number % 9)}left at {number} past four."
    return Example(text, CIVIL, f"civil:{number}", 1.0, source, target="none", spans=())


ROWS = [make(n) for n in range(60) for make in (rude, civil)]


def made(rows: list[Example], share: float = 1.0, seed: int = 7) -> list[tuple[Example, Example]]:
    """The joins in pairs: the rude one, and the civil one with the same plain comments."""
    found = joined(rows, share=share, seed=seed)
    return list(zip(found[::2], found[1::2], strict=True))


def test_a_rude_row_stands_beside_plain_ones_and_keeps_labels_target_and_weight() -> None:
    originals = {row.id: row for row in ROWS}
    for join, _ in made(ROWS):
        row = originals[join.id.removesuffix(SUFFIX)]
        assert row.text in join.text
        assert 1 <= join.text.count("The bus") <= 2
        assert (join.labels, join.target, join.weight) == (RUDE, "commenter", 3.0)


def test_spans_move_along() -> None:
    begins = set()
    for join, _ in made(ROWS):
        assert join.spans is not None
        (span,) = join.spans
        assert join.text[span.begin : span.end] == "blockhead"
        begins.add(span.begin)
    assert len(begins) > 10


def test_what_nobody_marked_stays_unmarked() -> None:
    rows = [replace(row, spans=None) for row in ROWS]
    assert {join.spans for pair in made(rows) for join in pair} == {None}


def test_each_has_a_civil_twin_with_the_same_plain_comments_in_the_same_places() -> None:
    originals = {row.id: row for row in ROWS}
    places = Counter()
    for join, twin in made(ROWS):
        own, others = (originals[one.id.removesuffix(SUFFIX)].text for one in (join, twin))
        before, after = join.text.split(own)
        assert max(twin.labels.values()) == 0
        assert (twin.text.startswith(before), twin.text.endswith(after)) == (True, True)
        assert twin.text == before + others + after or others not in before
        places[bool(before), bool(after)] += 1
    assert set(places) == {(True, False), (False, True), (True, True)}
    assert min(places.values()) >= 10


def test_length_says_nothing() -> None:
    joins = [join for pair in made(ROWS) for join in pair]
    lengths = [len(join.text.split()) for join in joins]
    auc = roc_auc_score([join.labels["incivility"] > 0.5 for join in joins], lengths)
    assert 0.45 < auc < 0.55


def test_a_part_that_does_not_end_is_ended_or_followed_by_a_new_line() -> None:
    for join, _ in made(ROWS):
        for part in join.text.split("The bus")[1:]:
            assert part.rstrip()[-1] in ".0123456789"
        assert ". ." not in join.text


def test_a_join_fits_a_window_of_128_tokens() -> None:
    longest = "so that I could, and I would, say it anew, were I asked " * 2
    rows = [replace(row, text=row.text + " " + longest) for row in ROWS if row.source == "newsroom"]
    for pair in made([*ROWS, *rows]):
        assert max(len(join.text) for join in pair) <= 200 + 2 * 240
        assert max(len(join.text.split()) for join in pair) <= 30 + 45


def test_the_share_is_of_short_rude_rows() -> None:
    long = replace(rude(99), text="You blockhead, " + "really " * 30, spans=None)
    mild = replace(rude(98), labels={**RUDE, "incivility": 0.6, "insult": 0.6})
    pairs = made([*ROWS, long, mild], share=0.25)
    assert len(pairs) == 15
    assert {"rude:98", "rude:99"}.isdisjoint(join.id.removesuffix(SUFFIX) for join, _ in pairs)
    assert len(made(ROWS, share=0.0)) == 0
    with pytest.raises(ValueError, match="share is 2"):
        joined(ROWS, share=2, seed=1)


def test_the_same_seed_makes_the_same_joins() -> None:
    assert made(ROWS, 0.5) == made(ROWS, 0.5)
    assert made(ROWS, 0.5) != made(ROWS, 0.5, seed=8)


def test_plain_comments_are_of_the_rude_ones_own_source_where_it_may_lend_them() -> None:
    def told(row: Example) -> Example:
        return replace(row, text=row.text.replace("The bus", f"The {row.source} bus"))

    rows = [
        told(make(n, source))
        for source in PLAIN_SOURCES
        for n in range(5)
        for make in (rude, civil)
    ]
    rows += [told(make(n, "olid")) for n in range(5) for make in (rude, civil)]
    for join, _ in made(rows):
        around = {source for source in (*PLAIN_SOURCES, "olid") if f"The {source} bus" in join.text}
        assert around == {join.source} if join.source != "olid" else around <= set(PLAIN_SOURCES)


def test_without_a_plain_comment_there_is_nothing_to_join() -> None:
    assert joined([rude(1)], share=1.0, seed=1) == []
    elsewhere = [replace(civil(n), source="olid") for n in range(3)]
    assert joined([rude(1), *elsewhere], share=1.0, seed=1) == []
    assert joined([rude(1), civil(1)], share=1.0, seed=1) == []  # it would stand beside itself


@pytest.mark.parametrize(
    ("labels", "expected"),
    [({"incivility": 0.09}, True), ({"incivility": 0.1}, False), ({"insult": 0.0}, False)],
)
def test_a_row_is_civil_by_what_is_known_of_it(labels: dict[str, float], expected: bool) -> None:
    assert is_civil(replace(civil(1), labels=labels)) is expected
    assert not is_civil(replace(civil(1), labels={**labels, "profanity": 1.0}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three", True),
        ("It rained. We left! Why?", True),
        ('"No." She left. He "stayed." And I', False),
        ("word " * 40, True),
        ("word " * 41, False),
        (f"See https://example.org/{'a' * 240}", False),
    ],
)
def test_a_plain_comment_has_three_sentences_at_most(text: str, expected: bool) -> None:
    assert is_plain(replace(civil(1), text=text)) is expected


def test_a_label_is_known_of_the_whole_where_all_know_it_or_one_is_sure() -> None:
    parts = [{"insult": 0.9, "threat": 0.2, "profanity": 0.0}, {"profanity": 0.05}]
    assert merged(parts) == {"insult": 0.9, "profanity": 0.05}

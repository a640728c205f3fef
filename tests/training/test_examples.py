"""The guard, the merging of copies, and splits that no copy straddles."""

import pytest

from model.records import Example, Span
from training import examples
from training.corpora import CorpusExample
from training.examples import draw, guard, merge_copies, near_copy_groups, split, split_of
from training.keys import text_key

LINE = "The new tram line will be finished two years late, says the city."


def example(text: str, source: str = "a", key: str | None = None, **labels: float) -> Example:
    return Example(text=text, labels=labels or {"insult": 0.0}, source=source, key=key)


def test_a_comment_of_an_evaluation_set_never_reaches_training() -> None:
    forbidden = {str(text_key(LINE))}
    guarded = guard(
        [example(LINE), example("Another comment about the trams of this city")], forbidden
    )
    assert [e.text for e in guarded.examples] == ["Another comment about the trams of this city"]
    assert guarded.dropped == {"a": 1}


def test_the_shipped_list_bans_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "held_out", lambda: frozenset({str(text_key(LINE))}))
    assert guard([example(LINE.upper().replace(" ", "  "))]).dropped == {"a": 1}


def test_a_held_out_comment_is_known_in_its_escaped_and_its_disguised_form() -> None:
    escaped = r"The mayor\u2019s answer to the question was \"no comment\" again"
    decoded = 'The mayor’s answer to the question was "no comment" again'
    assert guard([example(decoded)], {str(text_key(escaped))}).dropped == {"a": 1}
    hidden = "The mayor's ans\u200bwer to the question was no comment again"
    plain = "The mayor's answer to the question was no comment again"
    assert guard([example(hidden)], {str(text_key(plain))}).dropped == {"a": 1}


def test_a_shortened_or_decoded_comment_is_known_by_the_text_in_its_file() -> None:
    cut = CorpusExample(text=LINE[:30], labels={"insult": 0.0}, source="a", raw=LINE)
    assert guard([cut], {str(text_key(LINE))}).dropped == {"a": 1}


def test_copies_merge_to_the_mean_of_those_who_know_the_label() -> None:
    merged = merge_copies(
        [example(LINE, insult=1.0), example(LINE + "!!", "b", insult=0.0, threat=0.5)]
    )
    assert len(merged) == 1
    assert merged[0].labels == {"insult": 0.5, "threat": 0.5}
    assert merged[0].source == "a"


def test_comments_that_differ_in_an_emoji_are_two_with_labels_of_their_own() -> None:
    rows = [
        example(f"{LINE} \u2764\ufe0f", insult=0.0),
        example(f"{LINE} \U0001f4a9", insult=1.0),
        example(f"{LINE} \u2764", "b", insult=0.2),
    ]
    merged = merge_copies(rows)
    assert [e.text for e in merged] == [rows[0].text, rows[1].text]
    assert [e.labels["insult"] for e in merged] == [0.1, 1.0]


def test_the_guard_knows_a_test_comment_by_any_emoji() -> None:
    forbidden = {str(text_key(f"{LINE} \U0001f4a9"))}
    assert guard([example(f"{LINE} \u2764"), example(LINE)], forbidden).dropped == {"a": 2}


def test_comments_that_differ_in_an_emoji_never_straddle_the_split() -> None:
    # Too short for shingles; the second of each pair is tied by its key to another comment.
    rows = []
    for i in range(60):
        text = f"Splendid weather, neighbour {i}"
        rows += [
            example(text + " \u2764"),
            example(text + " \U0001f4a9", key=f"pair {i}"),
            example(f"Wholly another remark {i}", key=f"pair {i}"),
        ]
    groups = near_copy_groups(rows)
    assert groups[::3] == groups[1::3] == groups[2::3]
    assert len(set(groups)) == 60


def test_a_split_is_a_property_of_the_key() -> None:
    keys = [f"key-{i}" for i in range(2000)]
    first = [split_of(k, validation=0.1, test=0.1) for k in keys]
    assert first == [split_of(k, validation=0.1, test=0.1) for k in keys]
    assert 140 < first.count("test") < 260
    assert 140 < first.count("validation") < 260


def test_a_near_copy_never_straddles_the_split() -> None:
    rows = []
    for i in range(120):
        text = f"Comment number {i} says that the library on street {i} should stay open on Sunday"
        rows += [example(text), example(text + " please")]
    parts = split(rows, validation=0.2, test=0.2)
    where = {e.text: name for name, part in parts.items() for e in part}
    assert len({*where.values()}) == 3
    assert all(where[e.text] == where[e.text + " please"] for e in rows[::2])


def test_a_contrast_group_stays_together() -> None:
    rows = [example("You are kind", key="g"), example("Not a word of it is true", key="g")]
    assert len(set(near_copy_groups(rows))) == 1


def test_different_comments_are_different_groups() -> None:
    rows = [
        example("The bakery on the corner has the best bread in town by far"),
        example("Rain again, and the trains are late for the third day running"),
    ]
    assert len(set(near_copy_groups(rows))) == 2


def test_a_draw_is_the_same_for_the_same_seed_and_keeps_the_order() -> None:
    rows = [example(f"comment {i}") for i in range(50)]
    once = draw(rows, 10, seed=3)
    assert once == draw(rows, 10, seed=3)
    assert [rows.index(e) for e in once] == sorted(rows.index(e) for e in once)
    assert draw(rows, 99, seed=3) == rows


def test_spans_of_a_copy_that_is_spaced_otherwise_are_not_taken_over() -> None:
    bare = Example("You, stupid  fool, go home now", {"insult": 1.0})
    marked = Example("You stupid fool, go home now", {}, spans=(Span(4, 15, "insult", 1.0),))
    (merged,) = merge_copies([bare, marked])
    assert merged.spans is None
    (merged,) = merge_copies([marked, bare])
    assert merged.spans == marked.spans

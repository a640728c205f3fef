"""Suites and training comments have nothing near in common, and no template fills the training part."""

import pytest

from training.similarity import (
    lines,
    measured,
    nearness,
    newsroom,
    shared_beginnings,
    shared_skeletons,
)

# A sentence with its end rewritten reaches it: training/suites/README.md.
NEAR = 0.6
MOST_OF_ONE_TEMPLATE = 0.2

PIER = "The harbour board closed the east pier again without asking one fisherman."
OTHERS = {
    "bells": "Ring the bells at ten, not at six, and half the village will thank you.",
    "goal": "Offside by a yard and everybody in the stand could see it but the linesman.",
    "soup": "Two stars for a soup like that? The critic must have had somebody else's.",
}


def test_a_sentence_with_one_word_changed_is_near() -> None:
    near = nearness({"pier": PIER}, {**OTHERS, "copy": PIER.replace("east", "west")})
    assert near.largest > 0.8
    assert (near.nearest[0].one, near.nearest[0].other) == ("pier", "copy")


def test_a_sentence_of_another_matter_is_not_near() -> None:
    assert nearness({"pier": PIER}, OTHERS).largest < 0.25


def test_the_same_sentence_is_as_near_as_can_be_whatever_its_case() -> None:
    assert nearness({"pier": PIER}, {"same": PIER.upper()}).largest == pytest.approx(1)


def test_the_distribution_and_the_nearest_pairs_are_told_worst_first() -> None:
    ones = {"pier": PIER, "bells": OTHERS["bells"]}
    near = nearness(ones, {**OTHERS, "copy": PIER.replace("east", "west")}, listed=1)
    assert near.n == 2
    assert len(near.nearest) == 1
    assert near.nearest[0].one == "bells"
    assert near.median < near.p95 < near.largest == pytest.approx(1)


@pytest.mark.parametrize(("ones", "others"), [({}, OTHERS), (OTHERS, {})])
def test_nothing_cannot_be_compared(ones: dict[str, str], others: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="both sides"):
        nearness(ones, others)


def test_shared_beginnings_are_counted_case_aside() -> None:
    texts = {
        "a": "Isn't it odd that nobody asked?",
        "b": "ISN'T IT ODD! Nobody asked.",
        "c": "It isn't odd at all.",
        "d": "Odd.",
    }
    found = shared_beginnings(texts)
    assert (found.largest, found.n, found.ids) == (2, 3, ("a", "b"))
    assert found.share == pytest.approx(2 / 3)


def test_a_filled_template_shows_as_one_skeleton() -> None:
    frame = {f"plain-{i}": "you are such a and the to of it" for i in range(5)}
    frame_words = {f"word-{i}-{j}": f"common{i}" for i in range(141) for j in range(3)}
    filled = {
        f"fill-{i}": f"You are such a {noun}"
        for i, noun in enumerate(
            ("numbskull", "dear old friend", "nitwit", "hero", "ditherer", "oaf")
        )
    }
    found = shared_skeletons({**frame, **frame_words, **filled})
    assert (found.largest, found.ids) == (6, tuple(f"fill-{i}" for i in range(5)))


def test_no_comments_have_no_pattern() -> None:
    with pytest.raises(ValueError, match="no comments"):
        shared_skeletons({})


def test_no_case_of_a_suite_is_nearly_a_training_comment() -> None:
    own = newsroom()
    suites = measured()
    assert {"situations", "identity_templates"} <= set(suites)
    near = {name: nearness(texts, own) for name, texts in suites.items()}
    pairs = [pair for found in near.values() for pair in found.nearest]
    assert [(p.one, p.other) for p in pairs if p.similarity >= NEAR] == []


def test_no_template_fills_a_fifth_of_the_training_comments() -> None:
    own = newsroom()
    assert shared_beginnings(own).share <= MOST_OF_ONE_TEMPLATE
    assert shared_skeletons(own).share <= MOST_OF_ONE_TEMPLATE


def test_the_account_holds_ids_and_figures_and_no_comment() -> None:
    account = "\n".join(lines())
    assert "situations: " in account
    assert "commonest skeleton" in account
    # A comment of one word may be a word of the account.
    assert [id for id, text in newsroom().items() if len(text) > 15 and text in account] == []

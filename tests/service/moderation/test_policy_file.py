"""Policies as TOML."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.labels import NAMES, TARGET_KINDS
from service.moderation.policy import ASKED, Rule
from service.moderation.policy_file import LARGEST, PolicyFileError, as_toml, parse, read
from service.moderation.rule_shape import MOST_RULES, MOST_WORDS

PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
WORDS = st.sampled_from(["zebra", "fake news", 'say "so"', "back\\slash", "Straße"])
RULES = st.builds(
    lambda label, low, action, targets, section, words: Rule(
        label, low if label else 0.0, 1.0, action, targets, section, words
    ),
    st.none() | st.sampled_from(NAMES),
    st.floats(0, 1),
    st.sampled_from(ASKED),
    st.lists(st.sampled_from(TARGET_KINDS), max_size=3, unique=True).map(tuple),
    PRINTABLE,
    st.lists(WORDS, max_size=3, unique=True).map(tuple),
)


@given(st.lists(RULES, max_size=5).map(tuple))
def test_what_is_written_is_read_back_the_same(rules: tuple[Rule, ...]) -> None:
    assert parse(as_toml(rules, heading="of site daily\nversion 3"), name="f") == rules


def test_a_range_may_be_open_and_a_whole_number() -> None:
    (rule,) = parse('[[rules]]\nlabel = "insult"\nmin = 1\naction = "hold"', name="f")
    assert rule == Rule("insult", 1.0, 1.0, "hold")


RULE = '[[rules]]\naction = "hold"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RULE + 'words = ["a"]\n' + RULE + 'label="insult"\nmin=1.2', "rule 2: min: is above the limit 1"),
        (RULE + 'label="insult"\nmax=-1', "rule 1: max: is below the limit 0"),
        (RULE + 'label="insult"\nmin=nan', "rule 1: min: "),
        (RULE + 'label="insult"\nmin="x"', "rule 1: min: must be a number"),
        (RULE + 'label="insult"\nmin=0.6\nmax=0.5', "rule 1: has a min above its max"),
        (RULE + 'section="a"\nmin=0.6', "rule 1: has min or max and no label"),
        (RULE + 'label="rude"', "rule 1: label: must be one of incivility, insult"),
        (RULE, "rule 1: needs a condition: label, targets, section or words"),
        (RULE + 'words=["ok", "\\u200b"]', "rule 1: words: item 2: has nothing that could be seen"),
        (RULE + f'words=["{"x" * 101}"]', "rule 1: words: item 1: is longer than the limit of 100"),
        (RULE + f"words={[str(n) for n in range(MOST_WORDS + 1)]}", "rule 1: words: has 501 items, the l"),
        (RULE + 'targets=["dog"]', "rule 1: targets: item 1: must be one of none, person"),
        (RULE + 'words="x"', "rule 1: words: must be a list in brackets"),
        (RULE + 'word=["x"]', "rule 1: word: is not known here"),
        (RULE + f'section="{"s" * 201}"', "rule 1: section: is longer than the limit of 200"),
        (RULE + 'section="a\\u0007"', "rule 1: section: holds a control character"),
        ('[[rules]]\nsection="a"', "rule 1: action: is required"),
        ('[[rules]]\nsection="a"\naction="burn"', "rule 1: action: must be one of 'approve', 'review'"),
        ((RULE + 'section="a"\n') * (MOST_RULES + 1), "rules: has 201 items, the limit is 200"),
        ((RULE + f"words={[str(n) for n in range(500)]}\n") * 11, "rules: have 5500 words in all, the l"),
        ("rules = [1]", "rule 1: must be a table"),
        ("rules = []\nmore = 1", "more: is not known here"),
        ("", "rules: is required"),
        ("[[rules]", "is not valid TOML: "),
        ("a = " + "[" * 5000, "is "),
        (RULE + f"label='insult'\nmin={'9' * 5000}", "holds a number of too many digits"),
        ("#" * (LARGEST + 1), "has 1,048,577 bytes, the limit is 1,048,576"),
    ],
)  # fmt: skip
def test_a_fault_names_file_rule_field_and_limit(text: str, says: str) -> None:
    with pytest.raises(PolicyFileError) as caught:
        parse(text, name="desk.toml")
    assert str(caught.value).startswith(f"desk.toml: {says}")
    assert "validation error" not in str(caught.value)


def test_bytes_must_be_utf_8() -> None:
    with pytest.raises(PolicyFileError, match=r"desk\.toml: is not valid UTF-8 at byte 3"):
        read(b"# \xff", name="desk.toml")
    assert read(b"\xef\xbb\xbfrules = []", name="desk.toml") == ()


def test_the_example_in_the_docs_is_a_policy() -> None:
    page = Path("docs/policy.md").read_text()
    example = page.split("```toml\n")[1].split("```")[0]
    rules = parse(example, name="docs/policy.md")
    assert {rule.action for rule in rules} == set(ASKED)

"""Decoding: each corpus's escapes are undone, and text that was never escaped stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpora import decoding
from training.corpora.implicit_hate import decode as decode_implicit
from training.corpora.kaggle_insults import decode as decode_kaggle


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"fine.\xa0 Yes", "fine.\u00a0 Yes"),
        (r"fine.\\xa0Yes", "fine.\u00a0Yes"),
        (r"fine.\\xc2\\xa0Yes", "fine.\u00a0Yes"),
        (r"caf\xe9 cr\xe8me", "café crème"),
        (r"caf\\xc3\\xa9", "café"),
        (r"that\u2019s", "that’s"),
        (r"that\\\u2019s", "that’s"),
        (r"\\ud83d\\ude00 ha", "😀 ha"),
        (r"\U0001f600 ha", "😀 ha"),
        (r"one\ntwo\\nthree\\\\nfour", "one\ntwo\nthree\nfour"),
        (r"one\r\ntwo", "one\ntwo"),
        (r"a\\tb", "a\tb"),
        (r"it\\'s and \\\\\\'so", "it's and 'so"),
        ("já naïve 😀 “quoted”", "já naïve 😀 “quoted”"),
        (r"yes\pno", r"yes\pno"),
        (r"\UFFFFFFFF", ""),
    ],
)
def test_python_escapes_are_undone_however_often_doubled(escaped: str, text: str) -> None:
    assert decoding.unescape_python(escaped) == text


@given(st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"])))
def test_text_without_a_backslash_is_never_changed(text: str) -> None:
    assert decoding.unescape_python(text) == text


@given(st.text())
def test_a_tidy_text_can_always_be_written_as_utf_8(text: str) -> None:
    tidied = decoding.tidy(text)
    assert tidied.encode().decode() == tidied
    assert "\x00" not in tidied


def test_lone_surrogates_disappear_and_pairs_become_one_character() -> None:
    assert decode_kaggle(r'"a \ud83d b \ud83d\ude00"') == "a  b 😀"
    assert decoding.tidy("a\ud83db") == "ab"


def test_a_kaggle_comment_loses_its_quotes_and_entities() -> None:
    assert decode_kaggle(r'"You &amp; your \"friends\"\\n"') == 'You & your "friends"'


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("a &gt; b", "a > b"),
        ("a &amp;gt; b", "a > b"),
        ("what&#44 now", "what, now"),
        ("R&D", "R&D"),
    ],
)
def test_html_entities_are_resolved_also_when_doubled(escaped: str, text: str) -> None:
    assert decoding.unescape_html(escaped) == text


@pytest.mark.parametrize(
    ("named", "masked"),
    [
        ("RT @some_one: hello", "RT @USER: hello"),
        (".@SomeOne no", ".@USER no"),
        ("@USER hello", "@USER hello"),
        ("thanks /u/some-one and u/other", "thanks /u/USER and u/USER"),
        ("see reddit.com/user/some_one", "see reddit.com/user/USER"),
        ("write to desk@example.org", "write to desk@example.org"),
        ("the menu/dinner list", "the menu/dinner list"),
    ],
)
def test_names_of_users_are_masked(named: str, masked: str) -> None:
    assert decoding.mask_users(named) == masked


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        ('"\n\nHe wrote ""well"" again. "', '\n\nHe wrote "well" again. '),
        ('"Well," he said', '"Well," he said'),
        ('"', '"'),
        ("", ""),
    ],
)
def test_twice_quoted_wikipedia_text_is_unquoted_once(quoted: str, text: str) -> None:
    assert decoding.unquote_doubled(quoted) == text


def test_the_doubled_quotes_of_implicit_hate_are_gone() -> None:
    assert (
        decode_implicit('" : he calls it "" "" progress "" ! "" "" "')
        == 'he calls it " progress " !'
    )


@pytest.mark.parametrize("gone", ["", "  \n", "[deleted]", " [Removed] "])
def test_deleted_and_blank_comments_are_gone(gone: str) -> None:
    assert decoding.is_gone(gone)


@pytest.mark.parametrize("text", ["deleted", "[deleted] by whom?", "."])
def test_comments_about_deletion_are_not_gone(text: str) -> None:
    assert not decoding.is_gone(text)

"""What is an address or a face says nothing, and what only looks like one is speech."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.language import read_language
from model.speech import has_words, is_wordless, speech
from model.text import clean, scored


def outcome(comment: str) -> str:
    """Return why a scorer would leave the comment to a person, or ``judged``."""
    return read_language(scored(comment)[-1].text)[1] or "judged"


ADDRESSES = [
    "https://www.bbc.co.uk/news/uk-1",
    "(https://herald.example/sport/cup-final).",
    "<http://herald.example:8080/?page=4&sort=new>",
    "https://herald.example",
    "www.herald.example/opinion",
    "https://herald.news/a-walk-by-the-river",
    "http://192.168.0.1/cam1",
    "youtu.be/abc",
    "herald.example",
    "herald.com!",
    "letters.herald.co.uk",
    "lesoir.fr/2026/11/29/pluie",
    "someone@paper.example.org",
    "mailto:someone@paper.example.org",
    "see.you@herald.co.uk, +44 20 7946 0000",
    "👉 https://herald.example/petition 😂",
    "https://herald.example/one www.herald.example/two youtu.be/three",
]


@pytest.mark.parametrize("comment", ADDRESSES)
def test_a_comment_of_addresses_alone_has_no_words(comment: str) -> None:
    assert outcome(comment) == "no_words"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_word_beside_an_address_is_judged(address: str) -> None:
    assert outcome(f"{address} rubbish") == outcome(f"ha! {address}") == "judged"


FACES = [
    "(╯°□°)╯",
    "(╯°□°）╯︵ ┻━┻",
    r"¯\_(ツ)_/¯",
    "ಠ_ಠ",
    "( ͡° ͜ʖ ͡°)",
    "ʕ•ᴥ•ʔ",
    "ʕ •ᴥ• ʔ",
    "(ಥ﹏ಥ)",
    "(づ｡◕‿‿◕｡)づ",
    "(ノಠ益ಠ)ノ彡┻━┻",
    "ლ(ಠ益ಠლ)",
    "(；´Д｀)",
    "(☞ﾟヮﾟ)☞",
    "乁( ◔ ౪◔)ㄏ",
    "ʘ‿ʘ",
    "T_T",
    "(o_O)",
    "O.o",
    "^o^",
    ">w<",
    ":D",
    ";-P",
    ":DDDDDD",
]


@pytest.mark.parametrize("comment", [*FACES, "https://herald.example/a :D"])
def test_a_comment_of_faces_alone_has_no_words(comment: str) -> None:
    assert outcome(comment) == "no_words"


@pytest.mark.parametrize("face", FACES)
def test_a_word_beside_a_face_is_judged(face: str) -> None:
    assert outcome(f"{face} no") == outcome(f"u clown {face}") == "judged"


@pytest.mark.parametrize(
    "disguised",
    [
        *("tr@sh", "f@ggot", "a$$hole", "id.iot", "l.o.s.e.r", "@ss", "b@stard.You", "dumb@ss.you"),
        *("tr@sh.no", "mor.on", "pri.ck", "bit.ch", "lose.rs", "bit.ch/please", "you/clown/fool"),
        *("f***", "s***!", "f.u.", "(k)", "*c*", "F U", "c.υ.n.t", "get.lost", "YOU.MORON.COM"),
        *("http://idiot", "https://you.are.an.idiot", "www.you.clown", "http://go.away/clown"),
        *("http://herald.example?You,idiot", "https://herald.example/story,you/idiot"),
        *("http://herald.example/story.html.You", "herald.com.You/idiot", "herald.com-clown"),
    ],
)
def test_an_insult_that_only_looks_like_an_address_or_a_face_is_judged(disguised: str) -> None:
    assert outcome(disguised) == "judged"


@pytest.mark.parametrize(
    "comment", ["@clown", "#clown", "@clown.com", "#herald.example", "@a_walker @b_walker"]
)
def test_a_mention_or_a_hashtag_alone_says_a_word(comment: str) -> None:
    assert outcome(comment) == "judged"


@pytest.mark.parametrize("comment", ["k", "W", "U!", "I", "A+", "ñ", "XD", "lol", "uwu"])
def test_one_letter_and_slang_are_words(comment: str) -> None:
    assert outcome(comment) == "judged"


@pytest.mark.parametrize(
    "comment",
    [
        *("我", "好。", "(你好)", "Я!", "да (я)", "मैं (है)", "д***", "(с)(υ)", "ಕನ್ನಡ", "ಠಾಣೆ"),
        "Привет https://www.bbc.co.uk/news/uk-1",
        "Привет (ツ)",
        "someone@paper.example.org написал мне",
    ],
)
def test_another_alphabet_is_a_language_and_no_face_however_short(comment: str) -> None:
    assert outcome(comment) == "language"


def test_what_is_left_of_a_text_is_what_it_says() -> None:
    text = "See https://herald.example/a, you clown. ಠ_ಠ"
    assert speech(text).split() == ["See", "you", "clown.", "°_°"]
    assert speech("fine by me") == "fine by me"


def test_a_text_without_a_letter_is_not_called_wordless_since_a_trick_may_be_a_word() -> None:
    assert (is_wordless("455"), is_wordless(":D"), is_wordless("k")) == (False, True, False)


def test_a_comment_without_words_stays_as_it_was_written() -> None:
    assert [reading.text for reading in scored("someone@paper.example.org T_T")] == [
        "someone@paper.example.org T_T"
    ]


@given(st.text(max_size=80))
def test_a_plain_word_in_any_text_is_found(text: str) -> None:
    assert has_words(clean(f"{text} clown").text) or "clown" not in clean(f"{text} clown").text


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "www.",
            "aa.",
            "a.",
            "a-",
            "ab@",
            "/a",
            "a/",
            "://",
            "a.de",
            "@",
            "x",
            "?a=",
            "/a,",
            "aa.co",
        ),
        *(
            "http://aa.",
            "youtu.be/",
            "T_T ",
            "^o^",
            ":D",
            "(ツ)",
            "ಠ",
            "ツ",
            "°",
            "\u0300",
            "ж\u0300",
            "彡",
        ),
    ],
)
def test_one_token_as_long_as_a_comment_may_be_is_looked_through_in_seconds(piece: str) -> None:
    begin = time.process_time()
    speech(piece * (2**18 // len(piece)) + ".")
    assert time.process_time() - begin < 10

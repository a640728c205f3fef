import sys
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model import text
from model.reading import as_written
from model.text import clean, readings, scored, unmasked
from tests.model.test_reading import assert_map_is_sound

TROUBLE = "<>&;brp/ amp#39ltg'\"\n\t*.-_$@!104ﬁeaaa\x00"
TROUBLE += "\u0301\u0338\u200d\u202e\u3131\u314f\u1100\u1161\ud800\udc00"
any_text = st.text(
    alphabet=st.one_of(st.characters(codec=None), st.sampled_from(TROUBLE)), max_size=60
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain words stay", "plain words stay"),
        ("two  spaces\n\nand\tlines ", "two spaces and lines"),
        ("ze\u200bro wi\u200ddth", "zero width"),
        ("\u202eright to left\u202c", "right to left"),
        ("soft\u00adhyphen", "softhyphen"),
        ("heart \u2764\ufe0f", "heart \u2764"),
        ("nul \x00byte", "nul byte"),
        ("bell\x07 and \x9bescape", "bell and escape"),
        ("in\x00side a w\x9bo\ud800rd", "inside a word"),
        ("blank\u2800pattern", "blank pattern"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("“curly” ‘quotes’ don’t — dash", "\"curly\" 'quotes' don't - dash"),
        ("it´s an accent", "it's an accent"),
        ("ﬁne ｗｉｄｅ ①", "fine wide 1"),
        ("𝓫𝓸𝓵𝓭 𝕥𝕖𝕩𝕥", "bold text"),
        ("cafe\u0301", "café"),
        ("a &amp; b &lt;3 &quot;c&quot; &#39;d&#39; &nbsp;e", "a & b <3 \"c\" 'd' e"),
        ("&amp;amp;lt;br&amp;gt;twice", "twice"),
        ("&#x27;hex&#X27; &#0039;zeros", "'hex' 'zeros"),
        ("c&#108;&#x6F;wn &#8217;&#128512;", "clown '😀"),
        ("&#0; &#55357; &#1114112;", "&#; \ufffd \ufffd"),
        ("&copy; &unknown; & alone", "© &unknown; & alone"),
        ("don&rsquo;t &mdash; caf&eacute; &Eacute;t&eacute;", "don't - café Été"),
        ("id&shy;iot id&zwnj;iot &amp;amp;unknown; R&D;", "idiot idiot &unknown; R&D;"),
        ("id<wbr>iot <font color=red>id</font><!-- -->iot", "idiot idiot"),
        ("see <!-- you liar -->", "see <!-- you liar -->"),
        ("i\u20e3d\u20e0iot 1\ufe0f\u20e3", "idiot 1"),
        ("one<br>two<br/>three<BR />four", "one two three four"),
        ("<p class=\"lead\">para</p><a href='http://a.b'>link</a>", "para link"),
        ("cl<b></b>own and cl<i class=x>ow</i>n", "clown and clown"),
        ("one<br>two <b>three</b>, four", "one two three , four"),
        ("I <3 you and 2 < 3 > 1", "I <3 you and 2 < 3 > 1"),
        ("<p you see this>", "<p you see this>"),
        # Four deep, and what only looks like a tag stays; five deep, what is left opens none.
        ("a <b <i <u <br> > > > I <3 you", "a I <3 you"),
        ("a <b <i <u <s <br> > > > > I <3 you", "a b > I <3 you"),
        ("sooooooo!!!!!!!!!", "sooo!!!"),
        ("10000000 and 1000", "10000000 and 1000"),
        ("🤡🤡🤡🤡🤡🤡", "🤡🤡🤡"),
        ("z\u0334\u0335\u0336\u0337\u0338a", "z\u0334\u0335\u0336a"),
        ("p💲y", "p$y"),
        ("", ""),
        (" \n\u200b\u2060\x00 ", ""),
    ],
)
def test_what_the_eye_does_not_see_is_taken_out(written: str, read: str) -> None:
    assert clean(written).text == read


@given(any_text)
@example("&l\u200bt;br&gt;")
@example("\u1100\u1161" * 5)
def test_cleaning_never_raises_and_cleaning_twice_changes_nothing(written: str) -> None:
    reading = clean(written)
    assert clean(reading.text).text == reading.text
    assert_map_is_sound(reading, written)


@given(any_text)
def test_a_clean_text_can_be_encoded_and_holds_no_control_character(written: str) -> None:
    cleaned = clean(written).text
    cleaned.encode("utf-8")
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in cleaned)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_the_short_way_for_plain_ascii_says_what_the_long_way_says(written: str) -> None:
    assert clean(written).text == text._cleaned(as_written(written)).text


def test_every_invisible_format_character_of_unicode_is_dropped() -> None:
    shaped = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    shaped |= set(range(0x13430, 0x13440))
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Cf" and code not in shaped:
            assert clean(f"a{chr(code)}b").text == "ab", hex(code)


def test_every_mark_that_only_encloses_a_letter_is_dropped() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Me":
            assert clean(f"a{chr(code)}b").text == "ab", hex(code)


def test_every_combining_mark_of_unicode_is_known() -> None:
    marks = {chr(c) for c in range(sys.maxunicode + 1) if unicodedata.combining(chr(c))}
    assert marks == set(text._MARKS)


def test_spans_lead_back_to_the_original() -> None:
    written = "You\u200b  are &amp; a <b>ﬁ\u00adne</b> fooooooool"
    reading = clean(written)
    assert reading.text == "You are & a fine foool"
    spans = {word: _original(written, word) for word in ("are", "&", "fine", "foool")}
    assert spans == {"are": "are", "&": "&amp;", "fine": "ﬁ\u00adne", "foool": "fooooooool"}


def _original(written: str, word: str) -> str:
    reading = clean(written)
    begin = reading.text.index(word)
    first, last = reading.to_original(begin, begin + len(word))
    return written[first:last]


@given(any_text)
@settings(max_examples=200)
def test_unmasking_never_raises_and_its_map_is_sound(written: str) -> None:
    reading = unmasked(written)
    if reading is not None:
        assert reading.text != clean(written).text
        assert_map_is_sound(reading, written)
        assert clean(reading.text).text == reading.text


def test_both_readings_come_in_one_call() -> None:
    plain, other = readings("such a l1ar")
    assert plain.text == "such a l1ar"
    assert other is not None
    assert other.text == "such a liar"
    assert readings("such a story")[1] is None


def test_an_unmasked_span_leads_back_to_the_original() -> None:
    written = "what  a c l o w n &amp; b\u200b1tch"
    reading = unmasked(written)
    assert reading is not None
    assert reading.text == "what a clown & bitch"
    first, last = reading.to_original(7, 12)
    assert written[first:last] == "c l o w n"
    assert reading.to_original(15, 20) == (24, 30)


@pytest.mark.parametrize(
    "piece",
    [
        "<p ",
        "&amp;",
        "\u0301\u0323",
        "\ud800",
        "a ",
        "a  ",
        "l1",
        "a_",
        "@",
        "x!",
        "aа ",
        "😂",
        "$",
        "a<b></b>",
        "&#38;",
        "a&#97;",
        "\U0001f1e6",
        "https://a.b/c ",
    ],
)
def test_a_long_text_of_anything_is_read_in_seconds(piece: str) -> None:
    written = piece * (2**18 // len(piece.encode("utf-8", "surrogatepass")))
    begin = time.process_time()
    unmasked(written)
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    ("inner", "begin", "end"),
    [
        ("<b>", "<s", "trong>"),
        ("1", "&#x3", ";"),
        ("m", "&a", "p;#109;"),
        ("<b>", "<b", "> "),  # a space makes the next tag whole
        ("<b/>", "<b ", "/>"),
    ],
)
def test_what_is_hidden_in_itself_many_times_is_read_in_seconds(
    inner: str, begin: str, end: str
) -> None:
    depth = 2**17 // len(begin + end)
    written = "x" + begin * depth + inner + end * depth + "y"
    started = time.process_time()
    reading = clean(written)
    assert time.process_time() - started < 10
    assert clean(reading.text).text == reading.text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("C O N G R A T U L A T I O N S", ["CONGRATULATIONS"]),
        ("F U N  F A C T: bees dance", ["FUN FACT: bees dance"]),
        ("Goooooood morniiiiing", ["Good morning"]),
        ("m-a-s-h the potatoes", ["mash the potatoes"]),
        ("what a c l o w n", ["what a clown"]),
        ("Happpy you", ["Happy you", "Hapy you"]),
        ("such a l1ar", ["such a l1ar", "such a liar"]),
        ("what a f o o l, a l1ar", ["what a fool, a l1ar", "what a fool, a liar"]),
        ("the сlоwn", ["the сlоwn", "the clown"]),
        ("a story", ["a story"]),
        ("", [""]),
    ],
)
def test_emphasis_is_scored_as_what_it_says_and_a_disguise_as_both(
    written: str, read: list[str]
) -> None:
    assert [reading.text for reading in scored(written)] == read


def test_links_and_addresses_are_no_speech_in_any_scored_reading() -> None:
    written = "see https://news.example/a_clown or clown_l1ar@shop-b.example, l1ar"
    assert [reading.text for reading in scored(written)] == [
        "see https://news.example or mail, l1ar",
        "see https://news.example or mail, liar",
    ]


@given(any_text)
@settings(max_examples=200)
def test_scored_readings_are_clean_and_their_maps_are_sound(written: str) -> None:
    read = scored(written)
    assert 1 <= len(read) <= 2
    for reading in read:
        assert_map_is_sound(reading, written)
        assert clean(reading.text).text == reading.text


@pytest.mark.parametrize(
    "written", ["You clown\n\n\n", "You clown</p>", "You clown&nbsp;&nbsp;", "You clown\x00"]
)
def test_what_is_dropped_at_the_end_belongs_to_no_word(written: str) -> None:
    for reading in (clean(written), *scored(written)):
        assert reading.to_original(0, len(reading.text)) == (0, len("You clown"))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.language import read_language, warm_up
from model.text import clean


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    warm_up()


@pytest.mark.parametrize(
    "english",
    [
        "yo hamburger",
        "lol ok",
        "Hello my name is Shital",
        "k",
        "wat n numpty",
        "omg u r sooo dum lmao",
        "smh tbh fr fr no cap",
        "gonna finna hafta yall aint",
        "hahaha ha hahahaha haha",
        "och aye the noo ye wee bampot",
        "Jose Garcia, Maria Lopez, Juan Perez",
        "Merci!",
        "Das Kapital is a good book",
        "Angela Merkel und Macron",
        "Go Bolsonaro go",
        "https://www.example.com/ein/schoener/tag lol",
        "@peter_mueller #einschoenertag lol",
        "Tbh I dnt beleive wat he sed abt teh goverment",
        "Xi Jinping, Narendra Modi, Recep Tayyip Erdogan",
        "SO MUCH WINNING",
        "He signed it with a Cyrillic word, правда, and went on to speak of other things.",
    ],
)
def test_english_is_read_however_short_misspelt_or_full_of_names(english: str) -> None:
    assert read_language(clean(english).text) == ("en", None)


@pytest.mark.parametrize(
    "english",
    [
        "Kraków, Łódź, Gdańsk and Wrocław are cities.",
        "Erdoğan and Kılıçdaroğlu debated.",
        "Viktor Orbán is no fool, Péter Szijjártó is.",
        "VIKTOR ORBÁN IS NO FOOL, PÉTER SZIJJÁRTÓ IS.",
        "The Taoiseach Micheál Martin and Tánaiste spoke in the Dáil.",
        "the taoiseach micheál martin and the tánaiste spoke in the dáil",
        "We ate bánh mì, gỏi cuốn and phở all week long.",
        '"Liberté, égalité, fraternité", my foot.',
    ],
)
def test_english_is_read_however_many_names_have_accents(english: str) -> None:
    assert read_language(english) == ("en", None)


@pytest.mark.parametrize(
    ("foreign", "code"),
    [
        ("Erdoğan ile Kılıçdaroğlu dün akşam televizyonda tartıştı.", "tr"),
        ("Orbán Viktor megint hazudott a parlamentben.", "hu"),
        ("Labhair an Taoiseach Micheál Martin agus an Tánaiste sa Dáil.", "ga"),
        ("Schöne Grüße aus München und Nürnberg!", "de"),
        ("Vous Êtes Tous Des Crétins Finis.", "fr"),
        ("Nguyễn Văn Minh là đồ ngu.", "vi"),
        ("Không thể hòa trộn nhiều nhánh vào trong một head trống rỗng.", "vi"),
    ],
)
def test_names_do_not_make_another_language_english(foreign: str, code: str) -> None:
    assert read_language(foreign) == (code, "language")


_QUOTATION = "Das ist doch kompletter Unsinn, und der Autor weiß es genau. " * 18
_REMARK = "This is what my grandfather wrote in the paper, and he was right about the lot of you. "


def test_a_long_comment_that_opens_with_a_foreign_quotation_is_read() -> None:
    assert read_language(_QUOTATION + _REMARK * 12) == ("en", None)


def test_a_long_foreign_comment_is_not_judged_for_a_short_or_wordless_end() -> None:
    assert read_language(_QUOTATION + "ha ha lol ok") == ("de", "language")
    assert read_language(_QUOTATION + "12 34! " * 200) == ("de", "language")


@pytest.mark.parametrize(
    ("foreign", "code"),
    [
        ("Das ist doch kompletter Unsinn, und der Autor weiß es genau.", "de"),
        ("Le gouvernement a encore une fois trahi ses promesses.", "fr"),
        ("El gobierno ha vuelto a mentir a los ciudadanos.", "es"),
        ("Deze journalist weet echt niet waar hij het over heeft.", "nl"),
        ("Ten dziennikarz nie wie o czym mówi.", "pl"),
        ("Bu gazeteci ne dediğini bilmiyor.", "tr"),
        ("Nhà báo này không biết mình đang nói gì.", "vi"),
    ],
)
def test_a_sentence_in_another_language_is_not_judged(foreign: str, code: str) -> None:
    assert read_language(foreign) == (code, "language")


@pytest.mark.parametrize(
    ("text", "code"), [("Привет, как дела?", "ru"), ("Ελλάδα μου", "el"), ("שלום לכם חברים", "he")]
)
def test_another_alphabet_is_not_judged_however_short(text: str, code: str) -> None:
    assert read_language(text) == (code, "language")


@pytest.mark.parametrize("text", ["", "12345", "?!...", "🤡🤡🤡", "🖕", "10:30 - 50%", "_"])
def test_a_text_without_a_letter_has_no_words(text: str) -> None:
    assert read_language(text) == (None, "no_words")


def test_a_text_of_links_and_faces_has_no_words_whatever_the_sites_language() -> None:
    text = "https://www.example.com/ein/schoener/tag ಠ_ಠ"
    assert read_language(text) == read_language(text, default_language="en") == (None, "no_words")


@pytest.mark.parametrize("text", ["我们", "ა", "ñ", "ß"])
def test_one_letter_of_any_alphabet_is_a_word(text: str) -> None:
    assert read_language(text)[1] != "no_words"


def test_the_sites_language_wins_over_a_guess() -> None:
    foreign = "Das ist doch kompletter Unsinn, und der Autor weiß es genau."
    assert read_language(foreign, default_language="en") == ("en", None)
    assert read_language("A plain sentence.", default_language="de") == ("de", "language")


def test_the_sites_language_does_not_make_another_alphabet_legible() -> None:
    assert read_language("Привет, как дела?", default_language="en") == ("ru", "language")


def test_a_bundle_may_know_several_languages() -> None:
    german = "Das ist doch kompletter Unsinn, und der Autor weiß es genau."
    assert read_language(german, known=("en", "de")) == ("de", None)
    assert read_language("lol ok", known=("de", "en")) == ("de", None)


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    code, reason = read_language(clean(text).text)
    assert reason in (None, "language", "no_words")
    assert (code is None) == (reason == "no_words")

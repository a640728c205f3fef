"""Links, addresses and paths are no speech, and words that only look a little like one are."""

import time

import pytest

from model.addresses import without_addresses
from model.reading import as_written


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("See https://news.example/a/clown_car for it.", "See https://news.example for it."),
        ("(see https://news.example/clown).", "(see https://news.example)."),
        ("https://news.example/?q=clown#fool", "https://news.example"),
        ("www.news.example/clown now", "www.news.example now"),
        ("on bbc.co.uk/news/clown, too", "on bbc.co.uk, too"),
        ("https://news.example", "https://news.example"),
        ("My mail is info@clown-magazine.example", "My mail is mail"),
        ("<a.clown@shop.example>, please", "<mail>, please"),
        ("The log is /var/lib/clown/fool.txt.", "The log is path"),
        ("open ~/notes/clown.md now", "open path now"),
        (r"in C:\Users\clown\fool", "in path"),
        ("see tests/data/clown.json", "see path"),
        ("(see tests/app-1.2/clown.tar.gz)", "(see path)"),
        ("on nrk.no/nyheter/clown-1.234", "on nrk.no"),
        ("youtu.be/dQw4w9WgXcQ?t=10", "youtu.be"),
        ("https://news.example/watch?v=clown&t=3s.", "https://news.example."),
        ("https://news.example?v=clown&w[]=fool", "https://news.example"),
        ("https://news.example/wiki/Paris,_Texas", "https://news.example"),
        ("ola.clown@shop.no", "mail"),
        ("clown@news.co.uk, thanks", "mail, thanks"),
    ],
)
def test_links_addresses_and_paths_read_as_something_neutral(written: str, read: str) -> None:
    assert without_addresses(as_written(written)).text == read


@pytest.mark.parametrize(
    "speech",
    [
        "#clown and @clown",
        "clown/liar and/or fool",
        "you/clown/fool",
        "he/she",
        "24/7 w/o 1/2/2026",
        "dumb@ss.you",
        "b@stard.You",
        "what a clown.com",
        "b@d",
        "end.Then/now",
        "a / b",
        "liars/cheats/thieves.they make me sick",
        "liar/cheat/thief.log off",
        "24/7/365.you moron",
        "1/2/2026.pdf",
        "/stupid/idiot/moron",
        "you/stupid/idiot.no",
        "you moron.go/leave now",
        "you moron.so/leave now",
        "you are tr@sh.get a life",
        "you are tr@sh.no one likes you",
        "you are tr@sh.im done",
    ],
)
def test_words_with_strokes_mentions_and_hashtags_stay(speech: str) -> None:
    assert without_addresses(as_written(speech)).text == speech


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http://a.example?You,idiot", "http://a.example?You,idiot"),
        ("http://a.example/story?You,idiot", "http://a.example?You,idiot"),
        ("http://a.example#You,idiot", "http://a.example#You,idiot"),
        ("http://a.example/story,you/idiot", "http://a.example,you/idiot"),
        ("http://a.example/?q=1,you/idiot", "http://a.example,you/idiot"),
        ("http://a.example/story.html.You/idiot", "http://a.example.You/idiot"),
        ("http://a.example/b,http://c.example/d", "http://a.example,http://c.example"),
    ],
)
def test_words_that_only_lean_on_a_link_stay(written: str, read: str) -> None:
    assert without_addresses(as_written(written)).text == read


def test_what_stands_after_a_link_keeps_its_place() -> None:
    written = "See https://news.example/a/b_c you clown"
    reading = without_addresses(as_written(written))
    begin = reading.text.index("clown")
    first, last = reading.to_original(begin, begin + len("clown"))
    assert written[first:last] == "clown"


@pytest.mark.parametrize(
    "piece", ["www.", "a.", "a-", "a@", "/a", "a/", "://", "a.de", "@", "x", "?a=", "/a,"]
)
def test_one_token_as_long_as_a_comment_may_be_is_read_in_seconds(piece: str) -> None:
    begin = time.process_time()
    without_addresses(as_written(piece * (2**18 // len(piece))))
    assert time.process_time() - begin < 10

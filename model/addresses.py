"""Links, e-mail addresses and paths of files are no speech: what they read as where a text is judged.

By shape alone: of a link the path goes and the host stays, since a host is what a writer names; an
address reads as the word mail, a path as the word path. Mentions and hashtags are words and stay, as
do words with a stroke between them (and/or) and what only a missing space makes look like an address:
in doubt it is speech, since a path that is read costs little and an insult that is not read a lot.
"""

import re
from typing import Final

from model.lookalikes import FLAGS
from model.reading import Reading, substitute

_SIGN: Final = re.compile(r"[@/\\]|www\.", re.I)
_TOKEN: Final = re.compile(r"\S+")

# Flags are those of ISO 3166; of the codes, these are also what an English sentence begins with.
_CODES_AND_WORDS: Final = """
am as at be bf bs by cu do eh er fk gf gg hm id im in is it la ma me mm mr ms my no om pa ps re sh so tf
to um us ye
"""
_WORDS: Final = frozenset(_CODES_AND_WORDS.split())
_COUNTRIES: Final = "|".join(sorted({"uk", *map(str.lower, FLAGS)} - _WORDS))
_ANYONES: Final = "com|org|net|edu|gov|info|example"
_ENDING: Final = rf"(?:{_ANYONES}|{_COUNTRIES})"
_WORD_ENDING: Final = f"(?:{'|'.join(sorted(_WORDS))})"

# Every repetition is bounded or possessive: a comment may be one token of 256 kB.
# Letters after a comma, a capital after a full stop are the next sentence: /story.You moron.
_IN_PATH: Final = r"(?:[^\s?,;!.]|[,;!](?![^\W\d_])|\.(?!(?-i:[A-Z][a-z])))"
_QUERY: Final = rf"\?(?=[\w.~%[\]-]{{1,64}}+=)(?:\?|{_IN_PATH})*+"
_LINK: Final = re.compile(
    rf"(?:(?:\b[a-z]{{2,8}}://|\bwww\.)[^\s/?#]{{1,253}}+(?=[/?])"
    rf"|\b[a-z\d-]{{1,63}}+\.(?-i:{_ENDING}(?=/)|{_WORD_ENDING}(?=/[^\s\d_%-]{{0,64}}+[\d_%-])))"
    rf"(?P<path>(?:/{_IN_PATH}*+)?+(?:{_QUERY})?+)",
    re.I,
)
# No name begins with two s, so dumb@ss.you is a word before a missing space; so is tr@sh.no, but
# not o.name@shop.no.
_MAIL: Final = re.compile(
    r"(?<![\w.+%-])(?P<name>[\w.+%-]{2,64}+)@(?![sS]{2}\b)(?:[\w-]{1,63}+\.){1,8}"
    rf"(?:{_ENDING}|(?P<word>{_WORD_ENDING}))(?![\w-])"
)
_PLAIN_NAME: Final = re.compile("[^\\W\\d_]+")

# Without .log, .zip and .bat: liar/cheat/thief.log off.
_FILE: Final = re.compile(
    r"\.(?:py|js|ts|css|html?|php|json|xml|ya?ml|toml|ini|cfg|conf|txt|md|csv|tsv|sql|exe|dll"
    r"|jpe?g|png|gif|svg|webp|mp[34]|wav|avi|pdf|docx?|xlsx?|pptx?|odt|epub|gz|rar|iso|apk)",
    re.I,
)
_LETTER: Final = re.compile(r"[^\W\d_]")
# With a beginning that only a path has; without one, deep and with a file's ending.
_PATH: Final = re.compile(
    r"(?<![^\"'(\[])(?:(?:~|\.\.?|[A-Za-z]:)(?:[/\\][\w.-]{1,255}+){2,}+"
    r"|(?P<deep>(?:/[\w.-]{1,255}+|[\w-]{1,255}+(?=/))(?:/[\w.-]{1,255}+){2,}+))"
)
_AFTER: Final = ")]}>.,;:!?'\"*_"

# What is an address to its last letter, so that a text of nothing else says nothing. More is asked of
# it than of what is cut to its host: without https:// or www. a country's ending is as well the end of
# a word with a full stop in it (bit.ch, fu.ck/off), unless it is the second of two (co.uk), what
# follows is no word (/page-1), or the host is known to shorten links.
_NO_WORD: Final = r"(?=/[^\s\d_%=-]{0,64}+[\d_%=-])"
# Of two letters at least, since single ones are spelt with: l.o.s.e.r.
_LABELS: Final = r"(?:[\w-]{2,63}+\.){0,6}"
_OF_ANYONE: Final = (
    rf"(?-i:{_ANYONES}|(?:com?|org|net|gov|ac|edu)\.(?:{_COUNTRIES}|{_WORD_ENDING}))"
)
_NEWER: Final = "eu|biz|mil|int|app|dev|xyz|blog|news|online|site|shop|club|live|media|tech|page"
_SHORTENED: Final = (
    r"(?:youtu\.be|redd\.it|t\.(?:co|me)|bit\.ly|fb\.me|is\.gd|wp\.me|amzn\.to)(?=/)"
)
_HOST_ENDS: Final = r"(?![\w@-]|\.\w)"
_WHOLE_LINK: Final = re.compile(
    rf"(?:(?:\b[a-z]{{2,8}}://|\bwww\.){_LABELS}[\w-]{{1,63}}+\."
    rf"(?:(?-i:{_ENDING}|{_WORD_ENDING}|{_NEWER}){_HOST_ENDS}(?::\d{{1,5}}+)?|[\w-]{{1,63}}+{_NO_WORD})"
    rf"|(?<![\w.@#$-]){_LABELS}(?:[a-z\d-]{{1,63}}+\.(?:{_OF_ANYONE}{_HOST_ENDS}"
    rf"|(?-i:{_ENDING}|{_WORD_ENDING}){_NO_WORD})|{_SHORTENED}))"
    rf"(?:/{_IN_PATH}*+)?+(?:{_QUERY})?+",
    re.I,
)
_MAILTO: Final = re.compile(rf"(?:\bmailto:)?{_MAIL.pattern}")


def without_addresses(reading: Reading) -> Reading:
    """Return the reading with links cut to their host and addresses and paths as a neutral word."""
    return substitute(reading, _TOKEN, _neutral) if _SIGN.search(reading.text) else reading


def unaddressed(text: str) -> str:
    """Return the text without links, hosts and addresses, of which nothing stays."""
    if "." not in text:
        return text
    return _MAILTO.sub(_unless_a_word, _WHOLE_LINK.sub(" ", text))


def _neutral(match: re.Match[str]) -> str:
    token = match.group()
    if _SIGN.search(token) is None:
        return token
    cut, links = _LINK.subn(_host, token)
    return cut if links else _PATH.sub(_path, _MAIL.sub(_mail, token))


def _host(match: re.Match[str]) -> str:
    path = match["path"]
    return match.group()[: len(match.group()) - len(path)] + path[len(path.rstrip(_AFTER)) :]


def _mail(match: re.Match[str]) -> str:
    return match.group() if _is_a_word(match) else "mail"


def _unless_a_word(match: re.Match[str]) -> str:
    return match.group() if _is_a_word(match) else " "


def _is_a_word(mail: re.Match[str]) -> bool:
    return bool(mail["word"] and _PLAIN_NAME.fullmatch(mail["name"]))


def _path(match: re.Match[str]) -> str:
    return "path" if match["deep"] is None or _is_a_file(match["deep"]) else match.group()


def _is_a_file(path: str) -> bool:
    stem, dot, ending = path.rstrip("._-").rpartition(".")
    return _FILE.fullmatch(dot + ending) is not None and _LETTER.search(stem) is not None

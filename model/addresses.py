"""Links, e-mail addresses and paths of files are no speech: what they read as where a text is judged.

By shape alone: of a link the path goes and the host stays, since a host is what a writer names; an
address reads as the word mail, a path as the word path. Mentions and hashtags are words and stay, as
do words with a stroke between them (and/or) and what only a missing space makes look like an address.
"""

import re
from typing import Final

from model.reading import Reading, substitute

_SIGN: Final = re.compile(r"[@/\\]|www\.", re.I)
_TOKEN: Final = re.compile(r"\S+")
# Every repetition is bounded or possessive: a comment may be one token of 256 kB.
_LINK: Final = re.compile(
    r"(?:\b[a-z]{2,8}://|\bwww\.)[^\s/?#]{1,253}+(?P<path>[/?#]\S*)"
    r"|\b[a-z\d-]{1,63}+\.(?-i:com|org|net|edu|gov|info|[a-z]{2})(?P<bare>/\S*)",
    re.I,
)
# No name begins with two s, so dumb@ss.you is a word before a missing space.
_MAIL: Final = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{2,64}+@(?![sS]{2}\b)(?:[\w-]{1,63}+\.){1,8}[a-z]{2,24}(?![\w-])"
)
# With a beginning that only a path has, or deep; without one only with a file's ending as well.
_PATH: Final = re.compile(
    r"(?<![^\"'(\[])(?:(?:~|\.\.?|[A-Za-z]:)(?:[/\\][\w.-]{1,255}+){2,}+|(?:/[\w.-]{1,255}+){3,}+"
    r"|[\w-]{1,255}+(?:/[\w-]{1,255}+){2,}+\.[a-z\d]{1,5}\b)"
)
_AFTER: Final = ")]}>.,;:!?'\"*_"


def without_addresses(reading: Reading) -> Reading:
    """Return the reading with links cut to their host and addresses and paths as a neutral word."""
    return substitute(reading, _TOKEN, _neutral) if _SIGN.search(reading.text) else reading


def _neutral(match: re.Match[str]) -> str:
    token = match.group()
    if _SIGN.search(token) is None:
        return token
    link = _LINK.search(token)
    if link is not None:
        path = link["path"] or link["bare"]
        after = path[len(path.rstrip(_AFTER)) :]
        return token[: link.end() - len(path)] + after
    return _PATH.sub("path", _MAIL.sub("mail", token))

"""A corpus's text as its author wrote it: escapes undone, names of users masked."""

import html
import re
from typing import Final

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_ESCAPES: Final = re.compile(r"(?:\\+x[0-9a-fA-F]{2})+|(?:\\+u[0-9a-fA-F]{4})+|\\+U[0-9a-fA-F]{8}")
_HEX: Final = re.compile(r"[xuU]([0-9a-fA-F]+)")
_BREAKS: Final = {"n": "\n", "r": "", "t": "\t"}
_HANDLE: Final = re.compile(r"(?<![\w@])@\w{2,}")
_REDDITOR: Final = re.compile(r"\b(u|user)/[\w-]{3,}")
_GONE: Final = frozenset({"", "[deleted]", "[removed]"})


def tidy(text: str) -> str:
    """Return the text without surrogates, NULs and outer white space, line ends as ``\\n``."""
    text = _SURROGATES.sub("", text).replace("\x00", "")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def is_gone(text: str) -> bool:
    """Return True if nothing is left of the comment: blank, ``[deleted]`` or ``[removed]``."""
    return text.strip().lower() in _GONE


def unescape_html(text: str) -> str:
    """Return the text with HTML entities resolved, also those escaped twice (``&amp;gt;``)."""
    return html.unescape(html.unescape(text)).replace("\u200b", "")


def unescape_python(text: str) -> str:
    r"""Return the text with Python escapes resolved, however often their backslash was doubled.

    ``\xc2\xa0`` is read as the two UTF-8 bytes that it is, ``\xe1`` alone as Latin-1, and a pair of
    ``\ud83d\ude00`` as one character; characters that were never escaped stay.
    """
    text = _ESCAPES.sub(lambda found: _unescaped(found.group()), text)
    text = re.sub(r"\\+([nrt])", lambda found: _BREAKS[found.group(1)], text)
    return re.sub(r"\\+(['\"/])", r"\1", text)


def _unescaped(run: str) -> str:
    codes = [int(code, 16) for code in _HEX.findall(run)]
    if "x" in run:
        return _from_bytes(bytes(codes))
    # surrogate pairs become one character; what is left alone is dropped by tidy
    units = "".join(map(chr, (code for code in codes if code <= 0x10FFFF)))
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _from_bytes(run: bytes) -> str:
    try:
        return run.decode("utf-8")
    except UnicodeDecodeError:
        return run.decode("latin-1")


def unquote(text: str) -> str:
    """Return the text without one pair of double quotes around it, if it has one."""
    wrapped = len(text) > 1 and text.startswith('"') and text.endswith('"')
    return text[1:-1] if wrapped else text


def unquote_doubled(text: str) -> str:
    """Return a text that went through csv quoting twice (Wikipedia talk) as it was before."""
    stripped = unquote(text)
    return stripped if stripped is text else stripped.replace('""', '"')


def mask_users(text: str) -> str:
    """Return the text with ``@handle`` as ``@USER`` and ``u/name`` as ``u/USER``, also in links."""
    return _REDDITOR.sub(r"\1/USER", _HANDLE.sub("@USER", text))


def from_twitter(text: str) -> str:
    """Return a tweet or a Gab post decoded: entities resolved, handles masked."""
    return tidy(mask_users(unescape_html(text)))


def from_reddit(text: str) -> str:
    """Return a Reddit comment decoded: entities resolved, names of users masked."""
    return tidy(mask_users(unescape_html(text)))

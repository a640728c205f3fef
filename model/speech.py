"""What of a text is language: not its addresses, and not the letters that only draw a face.

By shape alone, and in doubt it is speech. A text of which nothing is left has no words to judge. A
@mention and a #hashtag are speech even alone: each says a word that its writer chose (#clown), where
an address says another's. So is a single letter (k, W, f***), unless a face is drawn with it: T_T.
"""

import re
import unicodedata
from typing import Final

from model.addresses import unaddressed
from model.lookalikes import ALIKE_IN_A_MIX

_LETTER: Final = re.compile(r"[^\W\d_]")
# Most comments hold one, and then need no closer look.
_PLAIN_WORD: Final = re.compile(r"(?<!\S)[A-Za-z]{2,64}+[,.;:!?]{0,3}+(?!\S)")

# Faces of Latin letters, a token each: :D, ;-P, T_T, (o.O), ^o^, >w<.
_LATIN_FACE: Final = re.compile(
    r"(?<!\S)(?:[:;=]['^-]?([DPOS])\1{0,2}+"
    r"|\(?(?:([OTQUX])(?:_{1,3}+|\.)\2|\^_?[OUW]_?\^|>[OUW]<)\)?)(?!\S)",
    re.I,
)
# Letters that are a sign wherever no word holds them: clicks and stops of phonetics (ʕ•ᴥ•ʔ, ʘ‿ʘ),
# Kannada's round ones (ಠ益ಠ) and the three strokes of what flies (ノ彡┻━┻).
_SIGNS: Final = re.compile(
    r"(?<![^\W\d_])[ʔʕʖʗʘʡʢᴥ](?![^\W\d_])"
    r"|(?<![\u0c80-\u0cff])[ಠಥ](?![\u0c80-\u0cff])"
    r"|(?<![\u4e00-\u9fff])彡(?![\u4e00-\u9fff])"
)
_PEN: Final = "°"
# A sole letter of another alphabet than Latin, and what stands beside it but for the marks that go
# with any letter: ゚ヮ゚.
_MARKS: Final = r"[\u0300-\u036f\u3099\u309a]{0,3}+"
_SOLE: Final = re.compile(
    rf"(?P<before>[^\w\s]|_)?(?P<marks>{_MARKS})"
    rf"(?<![^\W\d_])(?P<letter>(?![\u0000-\u02af\u1e00-\u1eff])[^\W\d_])(?![^\W\d_])"
    rf"(?={_MARKS}(?P<after>[^\w\s]|_)?)"
)
# What ends a sentence, quotes a word or masks one (д***) does not make a drawing of it.
_OF_SENTENCES: Final = frozenset(".,:;!?…。、！？\"'*#@$%&-/")


def has_words(text: str) -> bool:
    """Tell whether a clean text says anything beside addresses and faces."""
    return _PLAIN_WORD.search(text) is not None or _LETTER.search(speech(text)) is not None


def is_wordless(text: str) -> bool:
    """Tell whether a clean text has letters, but in addresses and faces alone."""
    return _LETTER.search(text) is not None and not has_words(text)


def speech(text: str) -> str:
    """Return a clean text without its addresses and the letters of its faces."""
    said = _LATIN_FACE.sub(" ", unaddressed(text))
    return said if said.isascii() else _SOLE.sub(_undrawn, _SIGNS.sub(_PEN, said))


def _undrawn(match: re.Match[str]) -> str:
    before, letter, after = match["before"] or "", match["letter"], match["after"] or ""
    return before + match["marks"] + (_PEN if _is_drawn(letter, before + after) else letter)


def _is_drawn(letter: str, beside: str) -> bool:
    """Tell whether a sole letter is a stroke; one that passes for a Latin letter may spell: (с)(υ)."""
    # A vowel's mark makes a syllable of a letter, which is a word of Hindi: (है).
    is_syllable = any(unicodedata.category(sign)[0] == "M" for sign in beside)
    return letter not in ALIKE_IN_A_MIX and not is_syllable and not _OF_SENTENCES.issuperset(beside)

"""Characters that look like a Latin letter, and the flags made of letters: tables, and nothing else.

``ALIKE`` comes from Unicode's confusables.txt (UTS #39, by way of confusable_homoglyphs 3.3.1):
letters of the Basic Multilingual Plane whose prototype is one ASCII letter, with the upright strokes
of Greek and Cyrillic read as I; and the letter forms that NFKC leaves alone, small capitals and
letters in filled circles or squares (``LETTER_FORMS``). ``ALIKE_IN_A_MIX`` adds what passes for
a letter only beside Latin ones.
"""

from typing import Final

_ALIKE: Final = {
    "a": "ɑαа",
    "b": "ƄЬᏏᑲᖯ",
    "c": "сᴄⲥꮯ",
    "d": "ԁᏧᑯꓒ",
    "e": "еҽꬲ",
    "f": "քẝꞙꬵ",
    "g": "ƍɡցᶃ",
    "h": "һհᏂ",
    "i": "ıɩɪιіӏᎥꙇꭵ",
    "j": "ϳј",
    "l": "ᛁⵏ",
    "n": "ոռ",
    "o": "οσоօഠဝჿᴏᴑⲟꬽ",
    "p": "ρрⲣ",
    "q": "ԛգզ",
    "r": "гᴦⲅꭇꭈꮁ",
    "s": "ƽѕꜱꮪ",
    "u": "ʋυսᴜꞟꭎꭒ",
    "v": "νѵᴠꮩ",
    "w": "ɯѡԝաᴡꮃ",
    "x": "хᕁᕽ",
    "y": "ɣʏγуүყᶌỿꭚ",
    "z": "ᴢꮓ",
    "A": "ΑАᎪᗅꓮ",
    "B": "ΒВᏴᗷꓐꞴ",
    "C": "СᏟⲤꓚ",
    "D": "Ꭰᗞᗪꓓ",
    "E": "ΕЕᎬⴹꓰ",
    "F": "ϜᖴꓝꞘ",
    "G": "ԌᏀᏳꓖ",
    "H": "ΗНᎻᕼⲎꓧ",
    "I": "ƖΙІӀⲒꓲ",
    "J": "ͿЈᎫᒍꓙꞲ",
    "K": "ΚКᏦᛕⲔꓗ",
    "L": "ᏞᒪⳐꓡ",
    "M": "ΜϺМᎷᗰᛖⲘꓟ",
    "N": "ΝⲚꓠ",
    "O": "ΟОՕଠዐⲞⵔꓳ",
    "P": "ΡРᏢᑭⲢꓑ",
    "Q": "ⵕ",
    "R": "ƦᎡᏒᖇꓣ",
    "S": "ЅՏᏕᏚꓢ",
    "T": "ΤТᎢⲦꓔ",
    "U": "Սሀᑌꓴ",
    "V": "ѴᏙᐯⴸꓦꛟ",
    "W": "ԜᎳᏔꓪ",
    "X": "ΧХᚷⲬⵝꓫꞳ",
    "Y": "ΥУҮᎩᎽⲨꓬ",
    "Z": "ΖᏃꓜ",
}

_ALIKE_IN_A_MIX: Final = {
    "a": "Λλ",
    "b": "вьъβБ",
    "c": "¢",
    "d": "đδ",
    "e": "ёɛεєэ€Σ",
    "f": "ƒғ",
    "h": "нħ",
    "i": "їι",
    "k": "кκĸ",
    "l": "ł",
    "m": "м",
    "n": "пη",
    "o": "øθ",
    "r": "яЯГ",
    "t": "тτŧ",
    "u": "иμцй",
    "w": "шщωψ",
    "x": "χж",
    "y": "ч",
    "z": "з",
}

_SMALL_CAPITALS: Final = dict(
    zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)
)
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Filled circles and filled squares, A to Z each, in the order of Unicode.
_FILLED: Final = {
    chr(first + i): letter for first in (0x1F150, 0x1F170) for i, letter in enumerate(_CAPITALS)
}
LETTER_FORMS: Final = _SMALL_CAPITALS | _FILLED

# Two letters of a flag each: the regions of ISO 3166-1 and those that Unicode adds, by first letter.
_REGIONS: Final = {
    "A": "CDEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNOPRUVWXYZ",
    "D": "EGJKMOZ",
    "E": "ACEGHRSTU",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "CDELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "ACDFGHJKLMNORTVWZ",
    "U": "AGMNSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "X": "K",
    "Y": "ET",
    "Z": "AMW",
}
FLAGS: Final = frozenset(first + second for first in _REGIONS for second in _REGIONS[first])


def _by_letter(table: dict[str, str]) -> dict[str, str]:
    return {alike: letter for letter, many in table.items() for alike in many}


def _in_capitals(table: dict[str, str]) -> dict[str, str]:
    """Return the letters' capitals, where a letter has a single one."""
    return {a.upper(): b.upper() for a, b in table.items() if len(a.upper()) == 1}


ALIKE: Final = _by_letter(_ALIKE) | LETTER_FORMS
_MIXED: Final = _by_letter(_ALIKE_IN_A_MIX)
ALIKE_IN_A_MIX: Final = _in_capitals(_MIXED) | _MIXED | ALIKE

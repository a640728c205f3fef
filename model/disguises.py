"""The tricks that hide a word from a filter, and how each is undone: one function a trick.

Every function takes a clean ``Reading`` and returns one, the same object where the trick does not
occur. There are no words in here: a trick is known by its shape alone, and what is also the shape
of something honest (B2B, U.S.A., $5, @name, a link) stays as it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from model.lookalikes import ALIKE, ALIKE_IN_A_MIX, FLAGS, LETTER_FORMS
from model.reading import Edit, Reading, edit, substitute

Trick = Callable[[Reading], Reading]

_VOWELS: Final = frozenset("aeiouy")
# Single letters that are spelt with, not used: fewer are initials, blood groups, signs.
_FEWEST: Final = 4
_LETTER: Final = r"[^\W\d_]"
_TOKEN: Final = re.compile(r"\S+")
_ADDRESS: Final = re.compile(
    r"://|^\W*(?:www\.|[#@]\w)|\w@[\w-]+\.\w|\w\.(?:com|org|net)\b|\w/\w", re.I
)


def _is_address(token: str) -> bool:
    """Tell whether a token between spaces is a link, an e-mail address, a @mention or a #tag."""
    return _ADDRESS.search(token) is not None


# Letters in forms of their own: small capitals, filled circles and squares, flags' letters

_FORMS: Final = "".join(LETTER_FORMS)
_FORM_RUN: Final = re.compile(f"[{_FORMS}]+")
_FLAG_RUN: Final = re.compile("[\U0001f1e6-\U0001f1ff]+")


def undo_letter_forms(reading: Reading) -> Reading:
    """Read small capitals and letters in filled circles or squares as plain ones.

    Two must stand together or four in the text: a sole one is a blood group or a sign of phonetics.
    """
    runs = [] if reading.text.isascii() else _FORM_RUN.findall(reading.text)
    if len(runs) < _FEWEST and all(len(run) == 1 for run in runs):
        return reading
    return substitute(
        reading, _FORM_RUN, lambda run: "".join(LETTER_FORMS[form] for form in run.group())
    )


def undo_flag_letters(reading: Reading) -> Reading:
    """Read the letters that flags are made of as letters where they are spelt with, not flags.

    That shows in three or more in a row that are not all flags, or in four that stand alone. A text
    that spells one word so spells all.
    """
    runs = [_flag_letters(run) for run in _FLAG_RUN.finditer(reading.text)]
    alone = sum(len(letters) == 1 for letters in runs)
    if alone < _FEWEST and all(len(letters) < 3 or _are_flags(letters) for letters in runs):
        return reading
    return substitute(reading, _FLAG_RUN, _flag_letters)


def _flag_letters(match: re.Match[str]) -> str:
    return "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in match.group())


def _are_flags(letters: str) -> bool:
    return {letters[at : at + 2] for at in range(0, len(letters), 2)} <= FLAGS


# Look-alike letters: сlоwn with the Cyrillic с and о

_ANY_WORD: Final = re.compile(rf"[\w{_FORMS}]+")
_ASCII_LETTER: Final = re.compile("[A-Za-z]")
_LATIN: Final = re.compile(r"[A-Za-z\d_ªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]")


def undo_lookalikes(reading: Reading) -> Reading:
    """Read letters of other alphabets as the Latin ones that they pass for.

    A word that mixes alphabets is read so; a word wholly of look-alikes only in a text that has
    Latin letters and no genuine word of another alphabet; a single letter only beside a mixed word.
    Beside a mixed word the others may look like Latin no better than it does: αn ιδιοτ.
    """
    text = reading.text
    if text.isascii() or not _ASCII_LETTER.search(text):
        return reading
    others = [word for word in _ANY_WORD.findall(text) if not word.isascii()]
    is_mixed = any(_from_a_mix(word) != word for word in others)
    passing = ALIKE_IN_A_MIX if any(map(_mixes_alphabets, others)) else ALIKE
    is_foreign = any(_is_genuine(word, passing if len(word) > 1 else ALIKE) for word in others)
    shortest = len(text) + 1 if is_foreign else 1 if is_mixed else 2

    def read(match: re.Match[str]) -> str:
        word = match.group()
        if word.isascii():
            return word
        if _ASCII_LETTER.search(word):
            return _from_a_mix(word)
        table = passing if len(word) > 1 else ALIKE
        whole = "".join(table.get(character, character) for character in word)
        return whole if whole.isascii() and len(word) >= shortest else word

    return substitute(reading, _ANY_WORD, read)


def _from_a_mix(word: str) -> str:
    """Return a word with both ASCII and look-alike letters in Latin ones, any other unchanged."""
    if not _ASCII_LETTER.search(word):
        return word
    read = "".join(ALIKE_IN_A_MIX.get(character, character) for character in word)
    return read if all(map(_LATIN.match, read)) else word


def _mixes_alphabets(word: str) -> bool:
    """Tell whether a word is read from a mix and holds more than Latin letters, unlike Łódź."""
    return _from_a_mix(word) != word and not all(map(_LATIN.match, word))


def _is_genuine(word: str, passing: Mapping[str, str]) -> bool:
    """Tell whether a word without Latin letters holds one that does not pass for a Latin letter."""
    return not _ASCII_LETTER.search(word) and any(
        c.isalpha() and c not in passing and not _LATIN.match(c) for c in word
    )


# Digits and signs for letters: l1ar, $tupid, sh!t, sh¡t, l|ar

_LEET: Final = re.compile(r"[A-Za-z][013457@$!¡€¢|]|[013457@$!|][A-Za-z]|@\$")
_ALPHANUMERIC: Final = re.compile(r"[A-Za-z\d]+")
_CORE: Final = re.compile(r"[A-Za-z\d@$!¡€¢|]+")
_SIGNS: Final = (
    (re.compile(r"(?<=[A-Za-z])@(?=[A-Za-z$])"), "a"),
    # No name begins with two s, so this is not a mention.
    (re.compile(r"^@(?=ss|\$\$)", re.I), "a"),
    (re.compile(r"(?:(?<=[A-Za-z])|(?<=[A-Za-z]\$))\$(?=\$?[A-Za-z])"), "s"),
    (re.compile(r"(?<=[a-z])\$(?=\$$)|(?<=[a-z]\$)\$$"), "s"),
    # A $ before capitals alone is a share's ticker, before digits a price.
    (re.compile(r"^\$(?=[A-Za-z!@$\d]{2,}$)(?=.*[a-z!@])(?!\d)"), "s"),
    (re.compile(r"(?<=[A-Za-z])€(?=[A-Za-z])"), "e"),
    (re.compile(r"(?<=[A-Za-z])¢(?=[A-Za-z])"), "c"),
    # Between consonants near an edge: sh!t, stup!d; but not Wow!what, where a space is missing.
    (re.compile(r"(?:(?<=^[b-df-hj-np-tv-z])|(?<=^[b-df-hj-np-tv-z]{2}))!(?=[b-df-hj-np-tv-z])", re.I), "i"),
    (re.compile(r"(?<=[b-df-hj-np-tv-z])!(?=[b-df-hj-np-tv-z]{1,2}$)", re.I), "i"),
    # No sentence begins in the middle of a word; at its head ¡ opens one (¡Dime!) unless a second is near.
    (re.compile(r"(?<=[A-Za-z])¡(?=[A-Za-z])|^¡(?=[b-df-hj-np-tv-z]¡[A-Za-z])"), "i"),
    # A stroke is an i or l at a word's head; as 1 after consonants alone: not in yes|no.
    (re.compile(r"^\|(?=[b-df-hj-np-tv-z][a-z]{2,}!*$)"), "i"),
    (re.compile(r"^\|(?=[aeiou][a-z]{2,}!*$)"), "l"),
    (re.compile(r"(?:(?<=^[b-df-hj-np-tv-xz])|(?<=^[b-df-hj-np-tv-xz]{2}))\|(?=[a-z]{2,}!*$)", re.I), "1"),
    (re.compile(r"^!(?=[b-df-hj-np-tv-z]!)|(?<=^![b-df-hj-np-tv-z])!(?=[A-Za-z])", re.I), "i"),
)  # fmt: skip
_DIGITS: Final = str.maketrans("03457", "oeast")
_LEET_RUN: Final = re.compile(r"(?<=[A-Za-z])(?:[013457]|00|11|33|44|55|77|10|01|41)(?=[A-Za-z])")
_LETTER_RUN: Final = re.compile("[A-Za-z]+")
_CODE: Final = re.compile(r"[A-Z]\d+[A-Z]")
_ONES: Final = (
    (re.compile("11"), "ll"),
    (re.compile("(?<=[aeiou])1(?=[aeiou])", re.I), "l"),
    (re.compile("(?<=[bcfgps])1(?=[aeou])", re.I), "l"),
    (re.compile("(?<=[eiou])1|^1(?=[aeiou])", re.I), "l"),
    (re.compile("1"), "i"),
)


def undo_leetspeak(reading: Reading) -> Reading:
    """Read digits and signs inside a word as the letters that they stand for.

    Words that hold 2, 6, 8 or 9, have too few letters, or end in digits without being full of them
    stay: B2B, 10am, mp3, h1n1.
    """
    return substitute(reading, _TOKEN, _without_leet) if _LEET.search(reading.text) else reading


def _without_leet(match: re.Match[str]) -> str:
    token = match.group()
    if not _LEET.search(token):
        return token
    if _is_address(token) and not token.lower().startswith(("@ss", "@$$")):
        return token
    return _ALPHANUMERIC.sub(_digits_read, _CORE.sub(_signs_read, token))


def _signs_read(match: re.Match[str]) -> str:
    word = match.group()
    for sign, letter in _SIGNS:
        word = sign.sub(letter, word)
    return word


def _digits_read(match: re.Match[str]) -> str:
    word = match.group()
    if not _has_digits_for_letters(word):
        return word
    word = word.translate(_DIGITS)
    for one, letter in _ONES:
        word = one.sub(letter, word)
    return word


def _has_digits_for_letters(word: str) -> bool:
    digits = [character for character in word if character.isdigit()]
    if not digits or not set(digits) <= set("013457"):
        return False
    runs = _LEET_RUN.findall(word)
    before, after = len(word) - len(word.lstrip("013457")), len(word) - len(word.rstrip("013457"))
    # Every digit stands at an edge or in a run that can be letters.
    if not runs or sum(map(len, runs)) + before + after != len(digits):
        return False
    if (before > 1 or after) and not _is_full_of_digits(word, before, after, len(runs)):
        return False
    if not (word.islower() or word.isupper() or word.capitalize() == word or _is_any_case(word)):
        return False
    letters = len(word) - len(digits)
    if any(run in ("10", "01") for run in runs) and len(digits) < 3:
        return False
    is_doubled = any(len(set(run)) < len(run) for run in runs)
    return letters >= 3 or (letters == 2 and word.islower() and (before > 0 or is_doubled))


def _is_full_of_digits(word: str, before: int, after: int, inside: int) -> bool:
    """Tell whether even edges such as those of 455h0l3 and m0r0n5 are letters; s1e4 has too few."""
    return word.islower() and before <= 3 and after <= 1 and inside + (before > 0) >= 2


def _is_any_case(word: str) -> bool:
    """Tell whether capitals stand anywhere (iDi0T), not as in two words (Cash4Gold) or a code (H1N1flu)."""
    parts = _LETTER_RUN.findall(word)
    return _CODE.search(word) is None and any(part != part.capitalize() for part in parts)


# Single letters with something between them: c l o w n, s.t.u.p.i.d, i-d-i-o-t, f . o . o . l

# The s of it's is no single letter.
_BEGIN: Final = r"(?<![^\W_])(?<![^\W_]['’])"
_END: Final = r"(?![^\W_])"
_APART: Final = r".\-*_|~+=•·"
_WIDE: Final = r".\-*_|~•·"  # x + y = z is a sum
# After a space, not what a sign joins to the next letter: a N-O.
_END_OF_ONE: Final = rf"{_END}(?!(?<= .)[{_APART}]{_LETTER}{_END})"
_SPELT: Final = re.compile(
    rf"{_BEGIN}{_LETTER}(?P<by> [{_WIDE}] |[ {_APART}]){_LETTER}{_END_OF_ONE}"
    rf"(?:(?P=by){_LETTER}{_END_OF_ONE})*+"
)
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
# What stands before or after letters that are a piece of something longer: a code, a path, U-S-based.
# Dots need less care, since one must follow them: non-U.S. firms.
_PIECE_AFTER: Final = {"-": "-./\\@#&+=_:", ".": ".\\@#=_"}
_GOES_ON: Final = re.compile(r"[-./@&+=_:]?\w")
# The dot after the last letter, which tells U.S. from file.a.b, and the first letter after it.
_LAST_DOT: Final = re.compile(rf"\.(?!\w) *({_LETTER}?)")
# The same where the sentence goes on, so that it is a part of the word and ends nothing.
_DOT_INSIDE: Final = re.compile(r"\.(?=[,;:!?)\-]|'s\b| [a-z\d(])")


def undo_spelling_out(reading: Reading) -> Reading:
    """Join four or more single letters that stand apart by the same sign, or two or three capitals.

    Capitals so few must be apart by - or as an acronym is, by dots with one at the end. The
    alphabet's own order (A B C D), one letter repeated (b-b-b-b) and initials before a name
    (J.R.R. Tolkien) stay. An I before small letters is read as the word's first: I d i o t s.
    """
    return edit(reading, _letters_joined(reading.text, is_i_a_word=False))


def settle_spelling_out(reading: Reading) -> Reading:
    """Join as ``undo_spelling_out`` does, but leave an I before small letters apart: I l o v e it."""
    return edit(reading, _letters_joined(reading.text, is_i_a_word=True))


def _letters_joined(text: str, *, is_i_a_word: bool) -> Iterator[Edit]:
    for match in _SPELT.finditer(text):
        by = match["by"]
        letters = match.group()[:: 1 + len(by)]
        first, last = 0, len(letters)
        if by == " ":
            last -= _ends_with_i(letters)
            first += _begins_with_a_word(letters[:last], is_i_a_word=is_i_a_word)
        word = letters[first:last]
        if not (_is_spelt_out(word) or _is_short_and_spelt_out(word, match)):
            continue
        for place in range(first + 1, last):
            end = match.start() + place * (1 + len(by))
            yield end - len(by), end, ""
        if by == "." and _DOT_INSIDE.match(text, match.end()):
            yield match.end(), match.end() + 1, ""


def _begins_with_a_word(letters: str, *, is_i_a_word: bool) -> bool:
    """Tell whether the first letter is likely the word a or I, not the next word's beginning.

    No English word begins with a doubled consonant, so before one the a belongs to the word.
    """
    if letters[0] == "I":
        return is_i_a_word and letters[1:].islower()
    begins_word = letters[1:2].lower() not in _VOWELS and letters[1:2] != letters[2:3]
    return letters[0] == "a" and (letters[1:].isupper() or begins_word)


def _ends_with_i(letters: str) -> bool:
    """Tell whether the last letter is likely the word I; an a there is as often America's last."""
    return letters[-1] == "I" and letters[-2].islower()


def _is_spelt_out(letters: str) -> bool:
    lower = letters.lower()
    return len(letters) >= _FEWEST and len(set(lower)) > 1 and lower not in _ALPHABET


def _is_short_and_spelt_out(letters: str, match: re.Match[str]) -> bool:
    """Tell whether two or three letters are capitals of one word: N-O, A.I., but not W.B. Yeats."""
    if len(letters) >= _FEWEST or not letters.isupper() or len(set(letters)) == 1:
        return False
    if len(letters) > 2 and letters.lower() in _ALPHABET:
        return False
    text, (begin, end), by = match.string, match.span(), match["by"]
    if by not in _PIECE_AFTER or (begin > 0 and text[begin - 1] in _PIECE_AFTER[by]):
        return False
    if by == "-":
        return _GOES_ON.match(text, end) is None
    dot = _LAST_DOT.match(text, end)
    return dot is not None and not dot[1].isupper()


# Words whose letters stand one space apart, and the words more than one: y o u  f o o l

_SPACED_WORDS: Final = re.compile(rf"{_BEGIN}{_LETTER}{_END}(?:\s++{_LETTER}{_END})++")
_WORD_GAP: Final = re.compile(r"\s{2,}|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def join_spaced_words(reading: Reading) -> Reading:
    """Join single letters one space apart where a line's end or more space parts words: y o u  f o o l.

    It needs the text as written, since the clean reading no longer tells the two kinds of space.
    """
    is_parted = _WORD_GAP.search(reading.text) is not None
    return edit(reading, _words_joined(reading.text)) if is_parted else reading


def _words_joined(text: str) -> Iterator[Edit]:
    for match in _SPACED_WORDS.finditer(text):
        words = list(_parted(match))
        spelt = [(begin, end) for begin, end in words if end - begin > 1]
        if len(words) == 1 or sum((end - begin) // 2 for begin, end in spelt) < _FEWEST - 1:
            continue
        for begin, end in spelt:
            # Where all words are spelt the gaps are to be trusted: a r e is no "a re".
            first, last = (begin, end) if len(spelt) > 1 else _without_words(text, begin, end)
            for at in range(first + 1, last, 2):
                yield at, at + 1, ""


def _parted(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Give the places of the words in a run of single letters."""
    begin = match.start()
    for gap in _WORD_GAP.finditer(match.string, *match.span()):
        yield begin, gap.start()
        begin = gap.end()
    yield begin, match.end()


def _without_words(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the place of a spelt word without the word a or I that stands at its edge."""
    letters = text[begin:end:2]
    first = begin + 2 * _begins_with_a_word(letters, is_i_a_word=True)
    return first, end - 2 * _ends_with_i(letters)


# Underscores for spaces: You_fool

_UNDERSCORES: Final = re.compile(r"(?<=[^\W_])_++(?=[^\W_])")


def undo_underscores(reading: Reading) -> Reading:
    """Read underscores between words as spaces, but not in links, addresses and @mentions."""
    return substitute(reading, _TOKEN, _spaced) if "_" in reading.text else reading


def _spaced(match: re.Match[str]) -> str:
    token = match.group()
    if "_" not in token or _is_address(token):
        return token
    return _UNDERSCORES.sub(lambda run: " " * len(run.group()), token)


# Stretched letters: stuuupid, fooool, noooo

# What may follow in the same syllable, at the end of a word: foo-l, foo-ls.
_CODA: Final = re.compile(r"[a-z]s?(?![a-z])")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}|([A-Z])\2{2,}")
_CONSONANT: Final = "B-DF-HJ-NP-TV-XZ"
# What is written with three of a letter: VIII, XIIIth, and CCCP, which no mouth could stretch.
_NUMERAL: Final = re.compile(
    r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?:st|nd|rd|th|s|e)?"
)
_INITIALISM: Final = re.compile(rf"([{_CONSONANT}])\1\1[{_CONSONANT}]{{1,2}}")


def undo_stretching(reading: Reading) -> Reading:
    """Shorten three or more of one letter to as many as English is likely to have there.

    A word of one letter (KKK, zzz), Roman numerals and initialisms that begin so (CCCP) stay.
    """
    return edit(reading, _shortened(reading.text, doubled=False))


def settle_stretching(reading: Reading) -> Reading:
    """Shorten as ``undo_stretching`` does, but leave a consonant between vowels double.

    It may be either there (morrron, killler), and two is what a reader would take it for.
    """
    return edit(reading, _shortened(reading.text, doubled=True))


def _shortened(text: str, *, doubled: bool) -> Iterator[Edit]:
    if _STRETCHED.search(text) is None:
        return
    for match in _LETTERS.finditer(text):
        word = match.group()
        if _is_written_so(word):
            continue
        for run in _STRETCHED.finditer(word):
            length = _likely_length(word, *run.span(), doubled=doubled)
            begin, end = match.start() + run.start(), match.start() + run.end()
            if length < end - begin:
                yield begin, end, run.group()[:length]


def _is_written_so(word: str) -> bool:
    numeral = _NUMERAL.fullmatch(word.upper() if word.islower() else word)
    return numeral is not None or _INITIALISM.fullmatch(word) is not None


def _likely_length(word: str, begin: int, end: int, *, doubled: bool) -> int:
    """Return 1 or 2, or all: fool, cool and ass have two, stupid, loser and so have one."""
    letter = word[begin].lower()
    before, after = word[begin - 1 : begin].lower(), word[end : end + 3].lower()
    if not before and not after:
        return end - begin
    if letter in "sl":
        return 2
    if letter not in _VOWELS:
        return 2 if doubled and before in _VOWELS and after[:1] in _VOWELS else 1
    coda = _CODA.match(after)
    closed = coda is not None and coda[0][0] not in _VOWELS
    return 2 if letter in "eo" and closed and before not in _VOWELS else 1


# Words without end: youfoolyoufoolyoufool…

# A WordPiece tokenizer gives up over 100 letters and reads the whole word as unknown.
_LONGEST_WORD: Final = 100
_ENDLESS: Final = re.compile(rf"[^\W_]{{{_LONGEST_WORD + 1},}}")


def undo_endless_words(reading: Reading) -> Reading:
    """Cut words that are longer than a tokenizer reads into pieces of the length that it does."""
    return edit(reading, _cuts(reading.text))


def _cuts(text: str) -> Iterator[Edit]:
    for match in _ENDLESS.finditer(text):
        for at in range(match.start() + _LONGEST_WORD, match.end(), _LONGEST_WORD):
            yield at, at, " "


# What writers do for emphasis as often as to hide a word: undone, it says what it said.
EMPHASIS: Final[tuple[Trick, ...]] = (settle_spelling_out, settle_stretching)

TRICKS: Final[tuple[Trick, ...]] = (
    undo_letter_forms,
    undo_flag_letters,
    undo_lookalikes,
    undo_spelling_out,
    undo_leetspeak,
    undo_underscores,
    undo_stretching,
    undo_endless_words,
)

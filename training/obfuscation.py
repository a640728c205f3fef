"""How readers write a word so that a filter does not see it: one function a trick, word in, word out.

A trick returns the word unchanged where it has no hold on it. Invisible characters, full-width and
bold letters are not in here: ``model.text.clean`` takes them away without fail, so a comment written
with them is to a model the comment without.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from model.text import clean

Trick = Callable[[str, Random], str]

_VOWELS: Final = frozenset("aeiou")
_LEET: Final = {
    **{"a": "4@", "b": "8", "e": "3", "g": "9", "i": "1!", "l": "1", "o": "0"},
    **{"s": "5$", "t": "7", "z": "2"},
}
_ALIKE: Final = {
    **{"a": "аα", "b": "ьв", "c": "с", "d": "ԁ", "e": "еє", "h": "һн", "i": "іι", "k": "кκ"},
    **{"m": "м", "n": "пη", "o": "оο", "p": "рρ", "r": "гя", "s": "ѕ", "t": "тτ", "u": "υц"},
    **{"v": "ν", "w": "ω", "x": "х", "y": "у"},
}
_RESPELT: Final = (("ck", "kk"), ("ck", "q"), ("c", "k"), ("ph", "f"), ("f", "ph"), ("s", "z"))
_MASKS: Final = "*#@$%&_-"
_BETWEEN: Final = (" ", " ", ".", "-", "*", "_", "/")
_EMOJI: Final = "🤡💩🤬🙄😂🔥❤👍🌟🐷🍀🙂"


def disguised(word: str, rng: Random) -> str:
    """Return the word after one trick, sometimes in mixed case too, so that it reads differently.

    A word of three letters or more always comes back changed, in case aside, after ``clean`` too.
    """
    order = [rng.choices(list(TRICKS), list(TRICKS.values()))[0] for _ in range(4)]
    written = next(found for trick in [*order, spaced] if _differs(found := trick(word, rng), word))
    return mixed_case(written, rng) if rng.random() < 1 / 6 else written


def _differs(written: str, word: str) -> bool:
    return clean(written).text.casefold() != clean(word).text.casefold()


def leetspeak(word: str, rng: Random) -> str:
    """Return digits and signs for some letters: cl0wn, $tup1d."""
    return _with_others(word, _LEET, rng)


def lookalikes(word: str, rng: Random) -> str:
    """Return letters of other alphabets for some Latin ones."""
    return _with_others(word, _ALIKE, rng)


def spaced(word: str, rng: Random) -> str:
    """Return the letters apart (c l o w n, c.l.o.w.n), or the word in two pieces."""
    by = rng.choice(_BETWEEN)
    if rng.random() < 0.25:
        at = rng.randrange(1, len(word))
        return word[:at] + by + word[at:]
    return by.join(word)


def stretched(word: str, rng: Random) -> str:
    """Return the word with one or two letters drawn out: clooown."""
    places = rng.sample(range(len(word)), rng.randint(1, 2))
    return "".join(c * rng.randint(3, 7) if i in places else c for i, c in enumerate(word))


def vowelless(word: str, rng: Random) -> str:
    """Return the word without the vowels after its first letter, or all but one: stpd, stpid."""
    places = [i for i, c in enumerate(word) if i and c.lower() in _VOWELS]
    if len(places) > 1 and rng.random() < 0.3:
        places.remove(rng.choice(places))
    short = "".join(c for i, c in enumerate(word) if i not in places)
    return short if len(short) > 1 else word


def masked(word: str, rng: Random) -> str:
    """Return signs for letters within: cl*wn, c***n, c@#%n."""
    inner = range(1, len(word) - 1)
    vowels = [i for i in inner if word[i].lower() in _VOWELS]
    places: Sequence[int] = rng.choice([inner, vowels or inner, [rng.choice(inner)]])
    sign = "*" if rng.random() < 0.6 else rng.choice(_MASKS)
    is_mixed = rng.random() < 0.2
    signs = {i: rng.choice(_MASKS) if is_mixed else sign for i in places}
    return "".join(signs.get(i, c) for i, c in enumerate(word))


def swapped(word: str, rng: Random) -> str:
    """Return the word with two neighbouring letters within it in the other order: clonw."""
    places = [i for i in range(1, len(word) - 1) if word[i] != word[i + 1]]
    if not places:
        return word
    at = rng.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def doubled(word: str, rng: Random) -> str:
    """Return the word with one letter twice: cloown."""
    at = rng.randrange(1, len(word))
    return word[:at] + word[at] + word[at:]


def respelt(word: str, rng: Random) -> str:
    """Return the word spelt by its sound: klown, phool."""
    changes = [(old, new) for old, new in _RESPELT if old in word.lower()]
    if not changes:
        return word
    old, new = rng.choice(changes)
    at = word.lower().index(old)
    return word[:at] + new + word[at + len(old) :]


def emoji_inside(word: str, rng: Random) -> str:
    """Return the word with an emoji between two letters, or in place of one within."""
    at = rng.randrange(1, len(word))
    return word[:at] + rng.choice(_EMOJI) + word[at + (at < len(word) - 1 and rng.random() < 0.3) :]


def mixed_case(word: str, rng: Random) -> str:
    """Return the word with capitals at random: cLoWn."""
    return "".join(c.upper() if rng.random() < 0.5 else c.lower() for c in word)


# How often each is used. The reading undoes the first four in most words and no rule can undo the
# others, which are what a model must learn to read for itself.
TRICKS: Final[dict[Trick, float]] = {
    leetspeak: 3.0,
    lookalikes: 1.5,
    spaced: 2.0,
    stretched: 1.5,
    vowelless: 2.0,
    masked: 4.0,
    swapped: 2.0,
    doubled: 1.0,
    respelt: 1.0,
    emoji_inside: 1.0,
}


def _with_others(word: str, others: dict[str, str], rng: Random) -> str:
    places = [i for i, c in enumerate(word) if c.lower() in others]
    if not places:
        return word
    # Mostly one or two letters, as people do: a word without any of its letters reads as nothing.
    most = len(places) if rng.random() < 0.4 else min(2, len(places))
    chosen = set(rng.sample(places, rng.randint(1, most)))
    return "".join(rng.choice(others[c.lower()]) if i in chosen else c for i, c in enumerate(word))

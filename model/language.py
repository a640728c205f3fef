"""Is this text in a language that the bundle knows? Otherwise it is not judged.

The bias is hard towards the known language: a comment that is short, misspelt or full of names is
read, and only one that is surely something else is not. An emoji-only comment has no words for the
network either (its vocabulary has few emoji), so it is left to a person, insult or not; so is one of
links alone, whose words are not its writer's.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Final

from py3langid.langid import (  # type: ignore[import-untyped]
    MODEL_FILE,
    LanguageIdentifier,
)

from model.speech import has_words, speech

LANGUAGE: Final = "language"
NO_WORDS: Final = "no_words"

# Measured on 21,074 comments of English corpora and 74 foreign sentences of 1 to 14 words; see
# docs/decisions/0003-language-detection.md.
_MOST_FOR_THE_KNOWN: Final = 0.001
_LEAST_FOR_ANOTHER: Final = 0.3
_FEWEST_LETTERS: Final = 10
_FEWEST_WORDS: Final = 3
# Names set aside, what is left must be English by itself; words that say nothing get up to 0.03.
_LEAST_WITHOUT_NAMES: Final = 0.06
# What stands at the beginning and at the end tells the language; a longer look only costs time.
_LOOKED_AT: Final = 1000

# Nigerian Pidgin is read as English; "no linguistic content" is what links and emoji look like.
_NOT_GUESSED: Final = frozenset({"pcm", "zxx"})

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LATIN_LETTERS: Final = r"A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff"
_LATIN: Final = re.compile(f"[{_LATIN_LETTERS}]+")
_NOT_LATIN: Final = re.compile(rf"[^\W\d_{_LATIN_LETTERS}]+")
_NOT_LANGUAGE: Final = re.compile(r"\w+://\S+|www\.\S+|\S+@\S+|[@#]\w+|[^\w\s'-]+|[\d_]+")


def read_language(
    text: str, *, known: Sequence[str] = ("en",), default_language: str | None = None
) -> tuple[str | None, str | None]:
    """Return the language a clean text is read as, and why it must not be judged, or None.

    Languages are ISO 639 codes. The reason is ``no_words`` where nothing is said beside addresses
    and faces (``model.speech``), ``language`` where most letters are not Latin or the text is surely
    in a language that is not ``known``.
    ``default_language``, the site's own, wins over a guess; it does not make another alphabet legible.
    """
    if not has_words(text):
        return None, NO_WORDS
    # Before letters are counted: the host of a link would outvote a few Russian words.
    said = speech(text)
    if not said.isascii() and _is_mostly_not_latin(said):
        return _best(_ranked(_words_of(said))), LANGUAGE
    if default_language is not None:
        return default_language, None if default_language in known else LANGUAGE
    at_first = _judged(_latin_of(said[:_LOOKED_AT]), known)
    if at_first[1] is None or len(said) <= _LOOKED_AT:
        return at_first
    # A comment that opens with a long quotation goes on in its writer's language.
    end = _latin_of(said[-_LOOKED_AT:])
    at_last = _judged(end, known)
    return at_last if at_last[1] is None and _is_long_enough(_words_of(end)) else at_first


def warm_up() -> None:
    """Load the detector now (about a second and 100 MB), so that no first comment waits for it."""
    _detector()


def _judged(text: str, known: Sequence[str]) -> tuple[str, str | None]:
    words = _words_of(text)
    if not _is_long_enough(words):
        return known[0], None
    ranking = _ranked(words)
    best = _best(ranking)
    if _share(ranking, known) < _MOST_FOR_THE_KNOWN and ranking[best] >= _LEAST_FOR_ANOTHER:
        # Letters with accents outvote the English between them: Kraków, Łódź and Gdańsk are cities.
        ranking = _ranked(_without_names(text))
        if _share(ranking, known) < _LEAST_WITHOUT_NAMES:
            return best, LANGUAGE
    return max(known, key=lambda code: ranking.get(code, 0.0)), None


def _share(ranking: Mapping[str, float], known: Sequence[str]) -> float:
    return sum(ranking.get(code, 0.0) for code in known)


def _ranked(words: str) -> dict[str, float]:
    """Return each language's probability."""
    return dict(_detector().rank(words))


def _best(ranking: dict[str, float]) -> str:
    return max(ranking, key=ranking.__getitem__)


@functools.cache
def _detector() -> LanguageIdentifier:
    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages([code for code in detector.labels if code not in _NOT_GUESSED])
    return detector


def _is_mostly_not_latin(text: str) -> bool:
    latin = sum(map(len, _LATIN.findall(text)))
    return sum(map(len, _LETTERS.findall(text))) > 2 * latin


def _latin_of(text: str) -> str:
    # A quotation in another alphabet would outvote the English around it.
    return _NOT_LATIN.sub(" ", text)


def _without_names(text: str) -> str:
    """Return the words that neither begin with a capital nor hold an accent, in lower case.

    Nothing comes back where more of the small words hold an accent than do not, or but one is left:
    that is no English with names in it. Words all in capitals stay; a text in such has no names.
    """
    small = [word for word in _NOT_LANGUAGE.sub(" ", text).split() if not _is_a_name(word)]
    plain = [word.lower() for word in small if word.isascii()]
    return " ".join(plain) if len(plain) >= max(2, len(small) - len(plain)) else ""


def _is_a_name(word: str) -> bool:
    first = word.strip("'-")[:1]
    return not first or (first.isupper() and not word.isupper())


def _words_of(text: str) -> str:
    """Return the words of a text's beginning: no links, addresses, digits or signs; lower case."""
    return " ".join(_NOT_LANGUAGE.sub(" ", text[:_LOOKED_AT]).lower().split())


def _is_long_enough(words: str) -> bool:
    """Tell whether a guess can be trusted; "ha", "lol" and "aaah" say nothing about a language."""
    telling = [word for word in words.split() if len(set(word)) >= 3]
    return len(telling) >= _FEWEST_WORDS and sum(map(len, telling)) >= _FEWEST_LETTERS

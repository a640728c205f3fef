"""Our own identity templates, each with each term: ``suites/identity_templates.toml`` expanded."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from training.errors import TrainingError

FILE: Final = Path(__file__).parent / "suites" / "identity_templates.toml"
NEUTRAL: Final = "neutral"
_SIDES: Final = ("civil", "uncivil")
_SLOTS: Final = ("{one}", "{many}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template with a term in it; ``kind`` is what the term names, ``neutral`` for no identity."""

    template: str
    term: str
    kind: str
    text: str
    is_uncivil: bool

    @property
    def id(self) -> str:
        """The sentence's name: of its template and its term."""
        return f"{self.template}:{self.term}"


def sentences(file: Path = FILE) -> tuple[Sentence, ...]:
    """Return every template with every term, term by term.

    Raises ``TrainingError`` naming the file and the entry that is not as it must be: a template
    needs one ``{one}`` or ``{many}``, a term a pair of texts, one person and several.
    """
    tables = _tables(file)
    templates = {side: _templates(file, side, tables.pop(side, {})) for side in _SIDES}
    if NEUTRAL not in tables:
        raise TrainingError(f"{file}: has no table '{NEUTRAL}'")
    return tuple(
        Sentence(name, term, kind, _filled(template, pair), side == "uncivil")
        for kind, terms in tables.items()
        for term, pair in _terms(file, kind, terms)
        for side in _SIDES
        for name, template in templates[side].items()
    )


def _tables(file: Path) -> dict[str, Mapping[str, Any]]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{file}: {error}") from error
    for name, table in tables.items():
        if not isinstance(table, dict) or not table:
            raise TrainingError(f"{file}: '{name}' is not a table with entries")
    return tables


def _templates(file: Path, side: str, table: Mapping[str, Any]) -> Mapping[str, str]:
    if not table:
        raise TrainingError(f"{file}: has no table '{side}'")
    for name, template in table.items():
        if not isinstance(template, str) or sum(map(template.count, _SLOTS)) != 1:
            raise TrainingError(f"{file}: {side}.{name} must hold one {' or '.join(_SLOTS)}")
    return table


def _terms(file: Path, kind: str, table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for term, pair in table.items():
        is_pair = isinstance(pair, list) and len(pair) == 2
        if not is_pair or not all(isinstance(text, str) and text.strip() for text in pair):
            raise TrainingError(f"{file}: {kind}.{term} must be two texts, one person and several")
        yield term, pair


def _filled(template: str, pair: list[str]) -> str:
    one, many = pair
    text = template.replace("{one}", one).replace("{many}", many)
    return text[0].upper() + text[1:]

"""A policy as a TOML file, for desks that keep their rules under version control."""

import json
import tomllib
from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from service.moderation.policy import Rule
from service.moderation.rule_shape import Rules, written

LARGEST: Final = 2**20
_SAYS: Final = {
    "missing": "is required",
    "string_type": "must be a text in quotes",
    "float_type": "must be a number",
    "list_type": "must be a list in brackets",
    "model_type": "must be a table, which [[rules]] begins",
    "extra_forbidden": "is not known here",
    "literal_error": "must be one of {expected}",
    "less_than_equal": "is above the limit {le:g}",
    "greater_than_equal": "is below the limit {ge:g}",
    "too_long": "has {actual_length} items, the limit is {max_length}",
    "string_too_long": "is longer than the limit of {max_length} characters",
    "string_too_short": "is empty",
}


class PolicyFileError(Exception):
    """A policy file cannot be used; the message names the file, the rule's number and the field."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    rules: Rules


def parse(text: str, *, name: str) -> tuple[Rule, ...]:
    """The rules that ``text`` says in TOML; raises ``PolicyFileError``, which calls it ``name``."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        raise PolicyFileError(f"{name}: has {size:,} bytes, the limit is {LARGEST:,}")
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyFileError(f"{name}: is not valid TOML: {error}") from None
    except ValueError:  # what Python says of it is about Python
        raise PolicyFileError(f"{name}: holds a number of too many digits") from None
    except RecursionError:
        raise PolicyFileError(f"{name}: is nested too deeply") from None
    try:
        read = _File.model_validate(given)
    except ValidationError as error:
        raise PolicyFileError(f"{name}: {first_fault(error)}") from None
    return tuple(shape.as_rule() for shape in read.rules)


def read(raw: bytes, *, name: str) -> tuple[Rule, ...]:
    """As ``parse``, of the bytes of a file."""
    try:
        return parse(raw.decode("utf-8-sig"), name=name)
    except UnicodeDecodeError as error:
        raise PolicyFileError(f"{name}: is not valid UTF-8 at byte {error.start + 1}") from None


def as_toml(rules: Iterable[Rule], *, heading: str) -> str:
    """``rules`` as a file that ``parse`` reads back the same; ``heading`` is its first comment."""
    tables = [_table(rule) for rule in rules]
    body = "\n\n".join(tables) if tables else "rules = []"
    return f"# {' '.join(heading.split())}\n\n{body}\n"


def _table(rule: Rule) -> str:
    lines = [f"{name} = {_value(value)}" for name, value in written(rule).items()]
    return "\n".join(["[[rules]]", *lines])


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # TOML's basic strings and numbers are JSON's, but for DEL, which no rule may hold.
    return json.dumps(value, ensure_ascii=False)


def first_fault(error: ValidationError) -> str:
    """What is wrong first, with the rule's number and the field where they are known."""
    details = error.errors(include_url=False, include_input=False, include_context=True)
    more = f" (and {len(details) - 1} more faults)" if len(details) > 1 else ""
    return f"{_place(details[0]['loc'])}{_sentence(details[0])}{more}"


def _place(loc: tuple[int | str, ...]) -> str:
    """``rule 3: words, item 2: `` of a place in the file; a name is cut where it is long."""
    parts: list[str] = []
    for part, after in zip_longest(loc, loc[1:]):
        if isinstance(part, int):
            parts.append(f"rule {part + 1}" if not parts else f"item {part + 1}")
        elif part != "rules" or not isinstance(after, int):
            parts.append(part[:64])
    return "".join(f"{part}: " for part in parts)


def _sentence(detail: ErrorDetails) -> str:
    said = _SAYS.get(detail["type"])
    return detail["msg"] if said is None else said.format_map(detail.get("ctx", {}))

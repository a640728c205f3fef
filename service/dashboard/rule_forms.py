"""The forms of /rules: a draft that travels with the page, and the fields of one rule."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict

from service.errors import InvalidField
from service.moderation.policy import Rule
from service.moderation.policy_file import first_fault
from service.moderation.rule_shape import Rules, RuleShape, written
from service.moderation.wording import score

_RULES: Final[TypeAdapter[Rules]] = TypeAdapter(Rules)


@dataclass(frozen=True, slots=True)
class Draft:
    """Rules that are not saved yet, and the version that they are a change of."""

    rules: tuple[Rule, ...]
    number: int

    @property
    def as_text(self) -> str:
        """The rules for a hidden field."""
        return json.dumps([written(rule) for rule in self.rules], separators=(",", ":"))

    def having(self, rule: Rule, at: int | None) -> "Draft":
        """The draft with ``rule`` at that place, or as its last without one."""
        rules = list(self.rules)
        if at is None:
            rules.append(rule)
        else:
            rules[at] = rule
        return Draft(checked(rules), self.number)

    def without(self, at: int) -> "Draft":
        """The draft without the rule at that place."""
        return Draft(self.rules[:at] + self.rules[at + 1 :], self.number)


@dataclass(frozen=True, slots=True)
class Fields:
    """What the form of one rule holds, as it was typed; ``at`` is the rule's place in the draft."""

    at: int | None = None
    action: str = "hold"
    label: str = ""
    minimum: str = ""
    maximum: str = ""
    targets: list[str] = field(default_factory=list)
    section: str = ""
    words: str = ""

    def as_rule(self) -> Rule:
        """The rule that is meant; raises ``InvalidField`` with a sentence about the first fault."""
        given: dict[str, object] = {"action": self.action, "targets": self.targets}
        given |= {"label": self.label or None, "section": self.section.strip() or None}
        given |= {"words": [line for line in self.words.splitlines() if line.strip()]}
        given |= {"min": _number(self.minimum, "min"), "max": _number(self.maximum, "max")}
        try:
            return RuleShape.model_validate(given).as_rule()
        except ValidationError as error:
            loc = error.errors(include_input=False, include_context=False)[0]["loc"]
            raise InvalidField(first_fault(error), field=str(loc[0]) if loc else None) from None


def draft_of(form: Mapping[str, str]) -> Draft:
    """The draft that a form carries; raises ``InvalidField`` where it is none."""
    try:
        shapes = _RULES.validate_json(form.get("draft", ""))
        number = int(form.get("number", ""))
    except ValidationError as error:
        raise InvalidField(f"draft: {first_fault(error)}", field="draft") from None
    except ValueError:
        raise InvalidField("number must be that of a version", field="number") from None
    return Draft(tuple(shape.as_rule() for shape in shapes), number)


def checked(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """``rules``, where there are no more of them and of their words than a policy may have.

    Raises ``InvalidField``.
    """
    try:
        shapes = _RULES.validate_python([written(rule) for rule in rules])
    except ValidationError as error:
        raise InvalidField(f"the draft {first_fault(error)}", field="draft") from None
    return tuple(shape.as_rule() for shape in shapes)


def fields_of(form: MultiDict[str, str]) -> Fields:
    """What was typed into the form of one rule."""
    return Fields(
        at=place_of(form.get("at", "")),
        action=form.get("action", ""),
        label=form.get("label", ""),
        minimum=form.get("min", "").strip(),
        maximum=form.get("max", "").strip(),
        targets=form.getlist("targets"),
        section=form.get("section", ""),
        words=form.get("words", ""),
    )


def filled(rule: Rule, at: int) -> Fields:
    """The form of a rule that is to be changed."""
    of_label = rule.label is not None
    return Fields(
        at=at,
        action=rule.action,
        label=rule.label or "",
        minimum=_shown(rule.minimum) if of_label else "",
        maximum=_shown(rule.maximum) if of_label else "",
        targets=list(rule.targets),
        section=rule.section or "",
        words="\n".join(rule.words),
    )


def place_of(text: str) -> int | None:
    """A rule's place, or None where ``text`` names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _shown(value: float) -> str:
    """A bound as short as it can be without being another one."""
    short = score(value)
    return short if float(short) == value else repr(value)


def _number(text: str, name: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InvalidField(f"{name}: must be a number from 0 to 1", field=name) from None

"""A rule as it is written in JSON and in TOML: checked here, wherever it comes from."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from model.labels import NAMES, TARGET_KINDS
from service.moderation.policy import Asked, Rule
from service.moderation.words import listed

MOST_RULES: Final = 200
MOST_WORDS: Final = 500
MOST_WORDS_IN_ALL: Final = 5000
LONGEST_WORD: Final = 100
LONGEST_SECTION: Final = 200


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in names:
            raise PydanticCustomError(
                "one_of", "must be one of {names}", {"names": ", ".join(names)}
            )
        return value

    return check


def _printable(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise PydanticCustomError("printable", "holds a control character or half a surrogate pair")
    return text


def _word(text: str) -> str:
    word = " ".join(_printable(text).split())
    if not listed(word):
        raise PydanticCustomError("blank_word", "has nothing that could be seen in a comment")
    return word


def _enum(names: Sequence[str]) -> dict[str, object]:
    return {"type": "string", "enum": list(names)}


Label = Annotated[str, AfterValidator(_one_of(NAMES)), WithJsonSchema(_enum(NAMES))]
TargetKind = Annotated[
    str, AfterValidator(_one_of(TARGET_KINDS)), WithJsonSchema(_enum(TARGET_KINDS))
]
Score = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
SectionName = Annotated[
    str, Field(min_length=1, max_length=LONGEST_SECTION), AfterValidator(_printable)
]
ListedWord = Annotated[str, Field(min_length=1, max_length=LONGEST_WORD), AfterValidator(_word)]


class RuleShape(BaseModel):
    """A rule: it applies where all of its conditions hold, and it has one at least."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        json_schema_extra={
            "anyOf": [{"required": [name]} for name in ("label", "targets", "section", "words")]
        },
    )

    action: Asked = Field(
        description="What it asks for. highlight is a mark, the others are actions."
    )
    label: Label | None = Field(None, description="The label whose score must be in a range.")
    min: Score | None = Field(None, description="The least score of the label; without it, 0.")
    max: Score | None = Field(None, description="The greatest score of the label; without it, 1.")
    targets: list[TargetKind] = Field(
        [], max_length=len(TARGET_KINDS), description="At whom it must be aimed, one of these."
    )
    section: SectionName | None = Field(
        None, description="Only comments in this section; without it, of the whole site."
    )
    words: list[ListedWord] = Field(
        [],
        max_length=MOST_WORDS,
        description="Words or phrases, one of which it must hold: whole, in any case, in the "
        "canonical reading and with disguises undone.",
    )

    @field_validator("targets", "words")
    @classmethod
    def _once_each(cls, given: list[str]) -> list[str]:
        return list(dict.fromkeys(given))

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.label is None and (self.min, self.max) != (None, None):
            raise PydanticCustomError("bounds", "has min or max and no label")
        if (self.min or 0.0) > (1.0 if self.max is None else self.max):
            raise PydanticCustomError("empty_range", "has a min above its max")
        if not (self.label or self.targets or self.section or self.words):
            raise PydanticCustomError(
                "no_condition", "needs a condition: label, targets, section or words"
            )
        return self

    def as_rule(self) -> Rule:
        """The rule that is meant."""
        return Rule(
            label=self.label,
            minimum=self.min or 0.0,
            maximum=1.0 if self.max is None else self.max,
            action=self.action,
            targets=tuple(self.targets),
            section=self.section,
            words=tuple(self.words),
        )


def written(rule: Rule) -> dict[str, object]:
    """``rule`` as it is written, without what is not said; ``RuleShape`` reads it back the same."""
    said: dict[str, object] = {"action": rule.action}
    if rule.label is not None:
        said |= {"label": rule.label, "min": rule.minimum, "max": rule.maximum}
    if rule.targets:
        said["targets"] = list(rule.targets)
    if rule.section is not None:
        said["section"] = rule.section
    if rule.words:
        said["words"] = list(rule.words)
    return said


def _few_words(rules: list[RuleShape]) -> list[RuleShape]:
    count = sum(len(rule.words) for rule in rules)
    if count > MOST_WORDS_IN_ALL:
        raise PydanticCustomError(
            "words_in_all",
            "have {count} words in all, the limit is {limit}",
            {"count": count, "limit": MOST_WORDS_IN_ALL},
        )
    return rules


Rules = Annotated[list[RuleShape], Field(max_length=MOST_RULES), AfterValidator(_few_words)]

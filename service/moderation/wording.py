"""Rules as a person says them."""

from typing import Final

from service.moderation.policy import Rule

SHOWN_WORDS: Final = 3


def in_words(rule: Rule) -> str:
    """``hold where insult is 0.85 to 1, in sport``."""
    where = conditions(rule)
    scope = f"in {rule.section}" if rule.section is not None else ""
    if not where:
        return f"{rule.action} everything {scope}"
    return f"{rule.action} where {where}{', ' if scope else ''}{scope}"


def conditions(rule: Rule) -> str:
    """What must be so of a comment, but for its section; empty where nothing must."""
    said = []
    if rule.label is not None:
        label = rule.label.replace("_", " ")
        said.append(f"{label} is {score(rule.minimum)} to {score(rule.maximum)}")
    if rule.targets:
        kinds = [kind.replace("_", " ") for kind in rule.targets]
        said.append(f"the target is {_either(kinds)}")
    if rule.words:
        shown = [f"“{word}”" for word in rule.words[:SHOWN_WORDS]]
        more = len(rule.words) - len(shown)
        said.append(f"it says {_either([*shown, f'{more} more'] if more else shown)}")
    return " and ".join(said)


def score(value: float) -> str:
    """A score to three decimals, without zeros at its end."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

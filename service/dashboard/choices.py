"""What people choose from at the desk, in words, and the keys that choose it."""

from dataclasses import dataclass
from typing import Final

from model.labels import LABELS
from service.moderation.decisions import STATES
from service.moderation.queue import SORTS
from service.moderation.reasons import REASONS, Reason


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: its name in the store, its words, and the key that chooses it."""

    name: str
    words: str
    key: str = ""


ACTIONS: Final = (
    Choice("approve", "Approve", "a"),
    Choice("reject", "Reject", "r"),
    Choice("defer", "Defer", "d"),
    Choice("highlight", "Highlight", "h"),
)
DONE: Final[dict[str, str]] = {
    "approve": "Approved",
    "reject": "Rejected",
    "defer": "Deferred",
    "highlight": "Highlighted",
    "undo": "Undone",
}
_REASONS: Final[dict[Reason, tuple[str, str]]] = {
    "abusive": ("Abusive", "a"),
    "offensive": ("Offensive", "o"),
    "harassment": ("Harassment", "h"),
    "hate_speech": ("Hate speech", "e"),
    "threat": ("Threat", "t"),
    "self_harm": ("Self-harm", "l"),
    "minors": ("Endangers minors", "m"),
    "privacy": ("Privacy", "p"),
    "impersonation": ("Impersonation", "i"),
    "misinformation": ("Misinformation", "n"),
    "illegal": ("Illegal content", "g"),
    "copyright": ("Copyright", "c"),
    "spam": ("Spam", "s"),
    "ad": ("Advertising", "d"),
    "banned_word": ("Banned word", "b"),
    "off_topic": ("Off topic", "f"),
    "incoherent": ("Incoherent", "r"),
    "other": ("Other", "x"),
}
REASON_CHOICES: Final = tuple(Choice(name, *_REASONS[name]) for name in _REASONS)
_WAITING_FIRST: Final = ("pending", "deferred", "approved", "rejected")
LABEL_CHOICES: Final = tuple(
    Choice(label.name, label.name.replace("_", " "), str(place))
    for place, label in enumerate(LABELS, 1)
)
# Those that wait for somebody come first.
STATE_CHOICES: Final = tuple(
    Choice(state, state.capitalize()) for state in sorted(STATES, key=_WAITING_FIRST.index)
)
SORT_CHOICES: Final = tuple(
    Choice(
        name,
        {
            "uncertainty": "nearest to a rule’s edge",
            "age": "oldest first",
            "reports": "most reported",
        }.get(name, f"highest {name.replace('_', ' ')}"),
    )
    for name in SORTS
)
TARGETS: Final[dict[str, str]] = {
    "person": "a person",
    "group": "a group",
    "author": "the article’s author",
    "commenter": "another commenter",
    "public_figure": "a public figure",
}
NOT_JUDGED: Final[dict[str, str]] = {
    "language": "not in a language that the model knows",
    "no_words": "no words to judge",
}


def words_of(name: str) -> str:
    """A code of the store in words: a reason, a label, a verb, a state."""
    if name in REASONS:
        return next(choice.words for choice in REASON_CHOICES if choice.name == name)
    return DONE.get(name, name.replace("_", " "))

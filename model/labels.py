"""The taxonomy: one table from which the order of the network's outputs, the API and the docs derive."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["judgement", "aimed", "wording", "tone"]


@dataclass(frozen=True, slots=True)
class Label:
    """One thing a comment can be scored for.

    ``kind`` is ``judgement`` for what a desk would decide, ``aimed`` for conduct towards a person or
    group, ``wording`` for words that may occur in a civil comment, ``tone`` for how the whole comment
    speaks to somebody: it tells a moderator why, no single word carries it, and no rule of the shipped
    policy asks for it. ``raises_incivility`` says that a comment which has this label is uncivil at
    least as much.
    """

    name: str
    meaning: str
    example: str
    kind: Kind
    raises_incivility: bool


LABELS: Final[tuple[Label, ...]] = (
    Label(
        "incivility",
        "A news desk would call the comment uncivil: it demeans, attacks or threatens somebody.",
        "Only a fool could have written this column.",
        "judgement",
        False,
    ),
    Label(
        "insult",
        "Demeaning words aimed at a person or a group: a reader, the author, a public figure.",
        "You are a clown and so is your editor.",
        "aimed",
        True,
    ),
    Label(
        "profanity",
        "Swear words or obscene words, whoever they are aimed at, also in praise.",
        "That was a damn good goal.",
        "wording",
        False,
    ),
    Label(
        "identity_attack",
        "An attack on people for what they are: origin, religion, sex, orientation, disability, age.",
        "Those people are vermin, all of them.",
        "aimed",
        True,
    ),
    Label(
        "threat",
        "A wish or announcement of harm to a person or a group.",
        "Somebody should burn his house down.",
        "aimed",
        True,
    ),
    Label(
        "condescension",
        "Talking down: somebody is treated as a child, as slow or as naive.",
        "Bless you, dear, leave the numbers to the grown-ups.",
        "tone",
        False,
    ),
    Label(
        "dismissal",
        "Brushing a person off: what they think is not worth hearing.",
        "Nobody asked you, and nobody needs to hear from your sort.",
        "tone",
        False,
    ),
)

NAMES: Final[tuple[str, ...]] = tuple(label.name for label in LABELS)
RAISING: Final[tuple[str, ...]] = tuple(label.name for label in LABELS if label.raises_incivility)
# What single words can carry; a judgement such as incivility is of the comment as a whole.
SPAN_NAMES: Final[tuple[str, ...]] = tuple(
    label.name for label in LABELS if label.kind in ("aimed", "wording")
)
TARGET_KINDS: Final[tuple[str, ...]] = (
    "none",
    "person",
    "group",
    "author",
    "commenter",
    "public_figure",
)

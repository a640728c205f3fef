"""Why a comment is rejected or reported, as codes: those that Coral's desks know, and DSA's grounds."""

from typing import Final, Literal, get_args

Reason = Literal[
    "abusive",
    "ad",
    "banned_word",
    "copyright",
    "harassment",
    "hate_speech",
    "illegal",
    "impersonation",
    "incoherent",
    "misinformation",
    "minors",
    "offensive",
    "off_topic",
    "privacy",
    "self_harm",
    "spam",
    "threat",
    "other",
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

"""Our labels as OpenAI's categories, and our refusals as its errors."""

from collections.abc import Mapping
from typing import Final

from service.api.schemas import Result
from service.doors.openai.schemas import Moderation
from service.errors import KeyRefused, QuotaExceeded, Refusal

# A category is judged where every label that it stands on ships; its score is the least of theirs,
# the most that "this and that" can be likely. The categories without a label are not judged.
CATEGORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "harassment": ("insult",),
    "harassment/threatening": ("threat",),
    "hate": ("identity_attack",),
    "hate/threatening": ("identity_attack", "threat"),
    "illicit": (),
    "illicit/violent": (),
    "self-harm": (),
    "self-harm/intent": (),
    "self-harm/instructions": (),
    "sexual": ("sexual",),
    "sexual/minors": (),
    "violence": (),
    "violence/graphic": (),
}


def as_moderation(result: Result) -> Moderation:
    """``result`` in OpenAI's categories; where nothing could be judged, every list is empty."""
    scores = result.scores or {}
    judged = {
        name: labels for name, labels in CATEGORIES.items() if labels and scores.keys() >= {*labels}
    }
    flagged = {name: {*labels} <= {*result.labels} for name, labels in judged.items()}
    return Moderation(
        flagged=any(flagged.values()),
        categories={name: flagged.get(name, False) for name in CATEGORIES},
        category_scores={
            name: min((scores[label] for label in judged.get(name, ())), default=0.0)
            for name in CATEGORIES
        },
        category_applied_input_types={
            name: ["text"] if name in judged else [] for name in CATEGORIES
        },
    )


def as_error(refusal: Refusal) -> dict[str, dict[str, str | None]]:
    """``refusal`` in OpenAI's shape."""
    return {
        "error": {
            "message": refusal.message,
            "type": _type_of(refusal),
            "param": refusal.field,
            "code": _code_of(refusal),
        }
    }


def _type_of(refusal: Refusal) -> str:
    if refusal.status >= 500:
        return "server_error"
    return "requests" if isinstance(refusal, QuotaExceeded) else "invalid_request_error"


def _code_of(refusal: Refusal) -> str:
    """The codes that clients look for; our own for the rest."""
    if isinstance(refusal, KeyRefused):
        return "invalid_api_key"
    return "rate_limit_exceeded" if isinstance(refusal, QuotaExceeded) else refusal.code

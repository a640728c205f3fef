"""Errors as Perspective's clients know them: Google's shape, its sentences, its status codes.

Some clients read ``details[0]`` unasked, so ``details`` is never empty; one parses the attribute's name
out of the message, so the sentences are exact. None of them quotes a comment.
"""

from collections.abc import Callable, Mapping
from typing import Final

from service.errors import BadRequest, Forbidden, KeyRefused, QuotaExceeded, Refusal

Json = dict[str, object]
SERVICE: Final = "commentanalyzer.googleapis.com"
LONGEST_NAME: Final = 64
_ERROR: Final = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_ERROR_INFO: Final = "type.googleapis.com/google.rpc.ErrorInfo"
_HELP: Final = "type.googleapis.com/google.rpc.Help"
_NO_KEY: Final = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)
_STATUS: Final = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


# What each of Perspective's own error types means, for /openapi.json.
ERROR_TYPES: Final[Mapping[str, str]] = {
    "COMMENT_EMPTY": "The comment holds no visible text.",
    "COMMENT_TOO_LONG": "The comment has more bytes of UTF-8 than may be.",
    "NO_REQUESTED_ATTRIBUTES": "The call asks for no attribute.",
    "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE": "The call names a language that the attribute is not "
    "judged in; or `COMITY_NOT_JUDGED` is `error`, and the attribute is not judged.",
    "LANGUAGE_DETECTION_FAILED": "The comment has no words (emoji, digits, links or faces alone), and "
    "neither the call nor the site names a language. Where `COMITY_NOT_JUDGED` is `neutral`, the scores "
    "are 0.5 instead.",
    "INVALID_REQUEST": "The call cannot be understood; the message says why.",
}


class Refused(BadRequest):
    """A Perspective call cannot be answered as it was asked."""

    code = "perspective_refused"

    def __init__(
        self,
        message: str,
        *,
        error_type: str = "INVALID_REQUEST",
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.more = dict(more or {})


def empty() -> Refused:
    """The comment has no text."""
    return Refused("Comment must be non-empty.", error_type="COMMENT_EMPTY")


def too_long(size_bytes: int, limit: int) -> Refused:
    """The comment has more bytes of UTF-8 than may be."""
    message = f"Comment text was too many bytes. Value ({size_bytes}) exceeded limit ({limit})."
    return Refused(message, error_type="COMMENT_TOO_LONG")


def language_not_supported(
    attribute: str, languages: list[str], *, detected: bool = False
) -> Refused:
    """The attribute is not judged in these languages, whether they were asked for or guessed."""
    listed = "detectedLanguages" if detected else "requestedLanguages"
    return Refused(
        f"Attribute {attribute} does not support request languages: {', '.join(languages)}",
        error_type="LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        more={"languageNotSupportedByAttributeError": {"attribute": attribute, listed: languages}},
    )


def language_unknown() -> Refused:
    """There is nothing in the text that a language could be told from."""
    return Refused("Unable to detect language", error_type="LANGUAGE_DETECTION_FAILED")


def invalid_value(field: str, why: str) -> Refused:
    """``field`` has a value that it cannot have."""
    return Refused(f"Invalid value at '{field}': {why}")


def shown(name: str) -> str:
    """A name that the caller sent, as a message may repeat it: short, and without odd characters."""
    return "".join(c if c.isprintable() else "?" for c in name[:LONGEST_NAME])


def status_of(refusal: Refusal) -> int:
    """The HTTP status that Google would answer with: an invalid key is 400 there, none is 403."""
    if isinstance(refusal, KeyRefused):
        return 403 if refusal.missing else 400
    return refusal.status


def as_google(refusal: Refusal) -> Json:
    """``refusal`` in Google's shape."""
    code = status_of(refusal)
    message, details = _told(refusal)
    status = _STATUS.get(code, "INVALID_ARGUMENT" if code < 500 else "INTERNAL")
    return {"error": {"code": code, "message": message, "status": status, "details": details}}


def _told(refusal: Refusal) -> tuple[str, list[Json]]:
    if isinstance(refusal, Refused):
        return refusal.message, [{"@type": _ERROR, "errorType": refusal.error_type, **refusal.more}]
    if isinstance(refusal, KeyRefused):
        if refusal.missing:
            return _NO_KEY, [_reason("CREDENTIALS_MISSING")]
        message = "API key not valid. Please pass a valid API key."
        return message, [_reason("API_KEY_INVALID")]
    if isinstance(refusal, Forbidden):
        return refusal.message, [_reason("API_KEY_SERVICE_BLOCKED")]
    if isinstance(refusal, QuotaExceeded):
        return _over_quota(refusal)
    return refusal.message, [{"@type": _ERROR, "errorType": _error_type(type(refusal))}]


def _error_type(kind: type[Refusal]) -> str:
    return "INVALID_REQUEST" if kind.status < 500 else kind.code.upper()


def lines(
    *error_types: str, needs_key: bool = True
) -> Callable[[type[Refusal]], list[tuple[int, str]]]:
    """What /openapi.json says of each refusal of a call: status, name and meaning, as they are here.

    The call's own refusals are of ``error_types``; without ``needs_key`` only a wrong key is refused.
    """

    def told(kind: type[Refusal]) -> list[tuple[int, str]]:
        if issubclass(kind, Refused):
            return [(kind.status, f"`{name}`: {ERROR_TYPES[name]}") for name in error_types]
        if issubclass(kind, KeyRefused):
            missing = (403, "`CREDENTIALS_MISSING`: The call has no API key.")
            return [
                *([missing] if needs_key else []),
                (400, "`API_KEY_INVALID`: The key is wrong."),
            ]
        return [(kind.status, f"`{_name(kind)}`: {_meaning(kind)}")]

    return told


def _name(kind: type[Refusal]) -> str:
    if issubclass(kind, Forbidden):
        return "API_KEY_SERVICE_BLOCKED"
    return "RATE_LIMIT_EXCEEDED" if issubclass(kind, QuotaExceeded) else _error_type(kind)


def _meaning(kind: type[Refusal]) -> str:
    """One sentence for all faults of a call's form, which have one name; else the refusal's own."""
    return ERROR_TYPES["INVALID_REQUEST"] if kind.status == 400 else (kind.__doc__ or "").strip()


def _over_quota(refusal: QuotaExceeded) -> tuple[str, list[Json]]:
    metric = "Analysis requests (AnalyzeComment)"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{refusal.quota}' "
        f"of service '{SERVICE}': {refusal.message}"
    )
    metadata = {
        "quota_metric": f"{SERVICE}/analysis_requests",
        "quota_limit": refusal.quota,
        "quota_limit_value": str(refusal.limit),
        "quota_location": "global",
        "consumer": "key",
    }
    asked = {"description": "Quotas are settings of this Comity; ask whoever runs it."}
    return message, [
        _reason("RATE_LIMIT_EXCEEDED", **metadata),
        {"@type": _HELP, "links": [asked]},
    ]


def _reason(reason: str, **metadata: str) -> Json:
    return {
        "@type": _ERROR_INFO,
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": SERVICE, **metadata},
    }

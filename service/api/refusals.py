"""The refusals that calls have in common, for what each view says of itself."""

from typing import Final

from service.errors import (
    BodyTimeout,
    BodyTooLarge,
    Forbidden,
    Internal,
    InvalidField,
    InvalidJson,
    KeyRefused,
    NotReady,
    Overloaded,
    QuotaExceeded,
    Refusal,
    StoreUnavailable,
    TooManyComments,
    UnsupportedMediaType,
)

Refusals = tuple[type[Refusal], ...]
KEYED: Final[Refusals] = (KeyRefused, Forbidden, QuotaExceeded, Internal, StoreUnavailable)
WITH_BODY: Final[Refusals] = (
    *KEYED,
    InvalidJson,
    InvalidField,
    BodyTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
)
SCORING_ONE: Final[Refusals] = (*WITH_BODY, Overloaded, NotReady)
SCORING: Final[Refusals] = (*SCORING_ONE, TooManyComments)

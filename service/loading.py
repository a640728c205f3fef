"""What keeps a bundle from speaking when it is loaded and warmed up, and the sentence that says why."""

from typing import Final

from model.bundle import BundleError
from model.runtime import EngineError
from model.scorer import ScoringError

CANNOT_SPEAK: Final = (BundleError, EngineError, ScoringError, OSError)


def why(error: Exception) -> str:
    """One line for a person: what ``error``, one of ``CANNOT_SPEAK``, is about."""
    if not isinstance(error, OSError) or error.strerror is None:
        return " ".join(str(error).split()) or type(error).__name__
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror

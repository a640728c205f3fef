"""Labels by the id of their comment, and which of those lost their words."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.store.tables import KeptLabel

# No call may suggest scores for a blank text, so a label without a text is one that was erased.
HOLDS_WORDS: Final = KeptLabel.text != ""
_AT_ONCE: Final = 500


def labels_of(site: str, ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """What tells the site's labels for the comments of those ids from all others."""
    return KeptLabel.site == site, KeptLabel.comment_id.in_(ids)


def wordless(session: Session, site: str, ids: Sequence[str]) -> set[str]:
    """Those of the ids that have a label whose words were erased, or ended with their days.

    Where a comment was never kept here, this is all that remembers that it was erased.
    """
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        which = labels_of(site, ids[start : start + _AT_ONCE])
        query = select(KeptLabel.comment_id).where(*which, ~HOLDS_WORDS)
        found |= {name for name in session.scalars(query) if name is not None}
    return found

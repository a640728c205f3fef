"""Who labelled what a bundle learnt from and is measured by, in a model card's words.

Most of it comes from language models of one family. A reader who takes agreement on held-out comments for
agreement with people would trust a bundle more than anybody has tested it.
"""

from collections.abc import Mapping
from typing import Any, Final

from training.corpora.newsroom import OWN
from training.going_on import RETRAINED

Lineage = Mapping[str, Any]

# A count of the account of a mix (``training.mix``): comments whose labels are a language model's.
COUNTED: Final = "labelled_by_language_models"
PARTS: Final = ("train", "validation", "test")


def labellers(lineage: Lineage) -> str:
    """Return the paragraph of the training section; nothing where no language model labelled."""
    if not _learnt(lineage):
        return ""
    rows = lineage.get("rows") or {}
    count = (
        f" {rows[COUNTED]:,} of the {_every(rows):,} comments in all splits have such labels."
        if COUNTED in rows
        else ""
    )
    return (
        f"**{_share(lineage)} labels come from language models, not from people.** All of Comity's own "
        f"comments (`{OWN}`) were written by language models of one family, and read a second time by "
        "others of that family. Comity's own reading of public comments, where there is one, is theirs too."
        f"{count} No desk has read any of them yet."
    )


def limit(lineage: Lineage) -> str:
    """Return the entry of the card's limits: who labelled, and what that leaves unknown."""
    if not _learnt(lineage):
        return "Its training comments were labelled by annotators whose line is not every desk's."
    begins = (
        f"{_share(lineage)} of its training labels come from language models of one family that followed a "
        "written line"
    )
    if lineage.get("kind") == RETRAINED:
        return f"{begins}. No desk has read those yet; only what it was retrained on has a desk's labels."
    held_out = (
        " The held-out comments have theirs from the same hands: high agreement there is not agreement with "
        "people."
        if _read_here(lineage)
        else ""
    )
    return (
        f"{begins}, the others from annotators whose line is not every desk's. No desk has read them "
        f"yet.{held_out}"
    )


def held_out_truth(lineage: Lineage) -> str:
    """Return what stands before the held-out table; nothing where people gave that truth.

    A retrained bundle is measured by its desk's labels.
    """
    if not _read_here(lineage):
        return ""
    return (
        f"{_share(lineage)} of the truth here is what language models of one family said of the comments, as "
        "in training: high agreement is not agreement with people."
    )


def _learnt(lineage: Lineage) -> bool:
    """Tell whether a language model's labels are among what a bundle, or one before it, learnt from."""
    before = [lineage[name] for name in ("ancestor", "went_on_from") if lineage.get(name)]
    # What a retraining rehearses are Comity's own comments.
    return (
        lineage.get("kind") == RETRAINED
        or _read_here(lineage)
        or any(_learnt(one) for one in before)
    )


def _read_here(lineage: Lineage) -> bool:
    """Tell whether a language model's labels are among the rows of this very run."""
    names = {corpus["name"] for corpus in lineage.get("corpora") or ()}
    return OWN in names or bool(lineage.get("house_readings"))


def _share(lineage: Lineage) -> str:
    """Return ``Most`` where the count of rows says so, else ``Many``."""
    rows = lineage.get("rows") or {}
    return "Most" if 2 * rows.get(COUNTED, 0) > _every(rows) else "Many"


def _every(rows: Mapping[str, Any]) -> int:
    return sum(rows.get(name, 0) for name in PARTS)

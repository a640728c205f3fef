"""Versions of the model on this machine: which folder is the champion's."""

from pathlib import Path
from typing import Final

CHAMPION: Final = "champion"


def champion(models_folder: Path) -> Path | None:
    """The link to the champion's bundle, or None where none was chosen: the shipped bundle speaks.

    A link that leads nowhere is returned too, so that loading it fails by name instead of another
    version speaking in its place.
    """
    link = models_folder / CHAMPION
    return link if link.is_symlink() or link.exists() else None

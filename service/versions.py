"""Bundles beside the champion, for callers who pin a version."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from model.bundle import MANIFEST
from model.scorer import Scorer
from service.errors import NotReady
from service.loading import CANNOT_SPEAK, why

# Each loaded bundle takes memory, so only those asked for last stay.
MOST: Final = 2


class Versions:
    """The versions held in ``folders``, each loaded by ``load`` when it is first asked for."""

    def __init__(self, folders: tuple[Path, ...], load: Callable[[Path], Scorer]) -> None:
        self._folders = folders
        self._load = load
        self._loaded: OrderedDict[str, Scorer] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def named(self, version: str) -> Scorer | None:
        """The scorer of that version, or None where it is not held here.

        Raises ``NotReady`` where it is held and cannot be loaded: another must not speak in its place.
        """
        with self._one_at_a_time:
            if version not in self._loaded:
                folder = self._folder(version)
                if folder is None:
                    return None
                self._loaded[version] = self._opened(version, folder)
                if len(self._loaded) > MOST:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(version)
            return self._loaded[version]

    def held(self) -> list[Path]:
        """The folders of all versions that are held, the newest name first; a link is none of them."""
        found = {
            held.name: held
            for folder in reversed(self._folders)
            for held in (folder.iterdir() if folder.is_dir() else ())
            if not held.is_symlink() and (held / MANIFEST).is_file()
        }
        return [found[name] for name in sorted(found, reverse=True)]

    def _folder(self, version: str) -> Path | None:
        """The folder of that name among those that are there; no path is made of ``version``."""
        for folder in self._folders:
            for held in folder.iterdir() if folder.is_dir() else ():
                if held.name == version and held.is_dir() and not held.is_symlink():
                    return held
        return None

    def _opened(self, version: str, folder: Path) -> Scorer:
        try:
            return self._load(folder)
        except CANNOT_SPEAK as error:
            raise NotReady(f"the bundle {version} cannot be loaded: {why(error)}") from error

"""Bundles beside the champion, for callers who pin a version.

A version is what a bundle's manifest says, whatever its folder is called: replies bear that name.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from model.bundle import MANIFEST, BundleError, manifest_of
from model.scorer import Scorer
from service.errors import NotReady
from service.loading import CANNOT_SPEAK, why

# Each loaded bundle takes memory, so only those asked for last stay.
MOST: Final = 2

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Told:
    """The version that a manifest tells, None where it cannot be read; and the file that told it."""

    version: str | None
    stamp: tuple[int, ...]


class Versions:
    """The versions held in ``folders``, each loaded by ``load`` when it is first asked for."""

    def __init__(self, folders: tuple[Path, ...], load: Callable[[Path], Scorer]) -> None:
        self._folders = folders
        self._load = load
        self._loaded: OrderedDict[str, Scorer] = OrderedDict()
        self._one_at_a_time = threading.Lock()
        self._told: Mapping[Path, _Told] = {}

    def named(self, version: str) -> Scorer | None:
        """The scorer of that version, or None where it is not held here.

        Raises ``NotReady`` where it is held and cannot be loaded: another must not speak in its place.
        """
        with self._one_at_a_time:
            if version not in self._loaded:
                folder = self.folder(version)
                if folder is None:
                    return None
                self._loaded[version] = self._opened(version, folder)
                if len(self._loaded) > MOST:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(version)
            return self._loaded[version]

    def held(self) -> list[Path]:
        """The folders of all versions that are held, the newest first; a link is none of them.

        After them come those whose manifest cannot be read, for a person to see.
        """
        found: dict[tuple[bool, str], Path] = {}
        for folder, told in self._manifests().items():
            found.setdefault((told.version is not None, told.version or folder.name), folder)
        return [found[key] for key in sorted(found, reverse=True)]

    def folder(self, version: str) -> Path | None:
        """The folder that holds that version; no path is made of ``version``."""
        told = self._manifests().items()
        return next((folder for folder, one in told if one.version == version), None)

    def _manifests(self) -> Mapping[Path, _Told]:
        """What the manifest of every held folder tells; one is read again only when it changed."""
        read = ((held, self._read(held)) for folder in self._folders for held in _within(folder))
        self._told = {held: told for held, told in read if told is not None}
        return self._told

    def _read(self, held: Path) -> _Told | None:
        """What the manifest in ``held`` tells; None where there is none, so that it is no bundle."""
        try:
            file = (held / MANIFEST).stat()
            # Of the changes, so that rights that were mended count as one.
            stamp: tuple[int, ...] = (file.st_mtime_ns, file.st_ctime_ns, file.st_size)
        except FileNotFoundError:
            return None
        except OSError:
            stamp = ()
        known = self._told.get(held)
        if known is not None and known.stamp == stamp:
            return known
        try:
            return _Told(manifest_of(held).version, stamp)
        except BundleError as error:
            log.warning("bundle left out", folder=str(held), why=str(error))
            return _Told(None, stamp)

    def _opened(self, version: str, folder: Path) -> Scorer:
        try:
            return self._load(folder)
        except CANNOT_SPEAK as error:
            raise NotReady(f"the bundle {version} cannot be loaded: {why(error)}") from error


def _within(folder: Path) -> Iterator[Path]:
    """Yield the folders in ``folder`` in the order of their names; a link is none of them."""
    for held in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not held.is_symlink() and held.is_dir():
            yield held

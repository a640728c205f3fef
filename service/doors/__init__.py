"""Doors: other systems' protocols, each a thin package that maps onto the native calls.

A door parses what its clients send, calls ``service.judging.score_all`` (how comments read, and what
the policy would do), and writes the answer in its clients' shape; it decides nothing itself. To add
one: a package here whose ``__init__`` holds its blueprint as ``bp``, a line in ``_DOORS``, and
``errors.register(bp, shape=...)`` so that its clients meet errors in the shape they know. What a
site may set for a door is a field of ``service.sites.Site``.
"""

from typing import Final

from flask import Blueprint, Flask

from service.doors import coral, openai, osmod, perspective

_DOORS: Final[tuple[Blueprint, ...]] = (perspective.bp, openai.bp, coral.bp, osmod.bp)


def register(app: Flask) -> None:
    """Open every door of ``app``."""
    for door in _DOORS:
        app.register_blueprint(door)

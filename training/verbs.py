"""What every training verb of ``comity`` has in common: it needs the parts that ``[train]`` installs."""

import contextlib
import importlib.util
from typing import Any, Final

import click

INSTALL: Final = "this needs the training parts: pip install '.[train]' (or make train-env)"


class Refused(click.ClickException):
    """Wrong use: exit status 2 and a sentence that says what to mend."""

    exit_code = 2


class TrainingVerb(click.Command):
    """A command that says how to install the training parts, where ``needs`` is not there.

    That comes before its options are judged: whoever lacks the parts is not to be sent looking for an
    option first. ``--help`` works all the same.
    """

    def __init__(self, *args: Any, needs: str = "torch", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._needs = needs

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options, or raise ``Refused`` whatever they are."""
        if ctx.resilient_parsing or importlib.util.find_spec(self._needs) is not None:
            return super().parse_args(ctx, args)
        with contextlib.suppress(click.UsageError):
            super().parse_args(ctx, args)  # --help ends in here
        raise Refused(INSTALL)

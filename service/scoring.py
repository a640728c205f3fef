"""``comity score``: one comment on the terminal, or an archive of them into a file."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import click

from model.records import Comment, Scores
from model.scorer import Scorer
from service.archive import journal, writers
from service.archive.formats import ArchiveError
from service.archive.readers import inspect
from service.archive.results import Judge
from service.archive.rows import text_fault
from service.archive.run import Tally, open_journal, run
from service.archive.source import Source
from service.moderation.policy import decide, shipped_rules
from service.verdict import as_reply, print_verdict

INTERRUPTED: Final = 130


class WrongUse(click.ClickException):
    """A call that cannot be carried out as written: exit status 2."""

    exit_code = 2


@click.command("score", short_help="Score one comment or archives of comments.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--text", help="Score this one comment and print the result; - reads it from stdin.")
@click.option("--json", "as_json", is_flag=True, help="With --text: print JSON as /v1/score does.")
@click.option("--out", type=click.Path(path_type=Path), help="OUT: .jsonl, .csv or .parquet.")
@click.option("--text-column", metavar="C", help="Column of the comments (text, comment, ...).")
@click.option("--id-column", metavar="C", help="Column of the ids. Default: id, or row numbers.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--resume", is_flag=True, help="Go on where an earlier run into OUT stopped.")
@click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
@click.option("--bundle", type=click.Path(path_type=Path), help="Score with this bundle.")
@click.option("--threads", type=click.IntRange(min=1), help="Default: the processor cores.")
@click.pass_context
def score_command(ctx: click.Context, files: tuple[Path, ...], **options: object) -> None:
    """Score one comment (--text) or the archives FILE... (--out OUT).

    FILE ends in .csv, .tsv, .jsonl (each also .gz) or .parquet. OUT has one row an input row, in
    the same order: the id, every label's score, spans, target, action, the model and, where a row
    could not be scored, the error. While it runs, finished rows lie in OUT.partial.

    Exit status: 0 done, 1 some rows failed, 2 wrong use.
    """

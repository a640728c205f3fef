"""``comity score``: one comment on the terminal, or archives of comments into a file."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from model.records import Comment, Scores
from model.runtime import EngineError
from model.scorer import Scorer, ScoringError, load_scorer
from service import registry
from service.api.results import as_result
from service.api.schemas import ScoreReply
from service.archive import journal, writers
from service.archive.formats import ArchiveError
from service.archive.readers import inspect
from service.archive.results import Judge
from service.archive.rows import MAX_COMMENT_BYTES, text_fault
from service.archive.run import Tally, open_journal, run
from service.archive.source import Source, check_ids
from service.loading import CANNOT_SPEAK, why
from service.moderation import policy_file
from service.moderation.policy import Rule, decide, shipped_rules
from service.moderation.policy_file import PolicyFileError
from service.settings import Settings, SettingsError, load_settings
from service.verdict import print_verdict

SOME_FAILED: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = 130


class Refused(click.ClickException):
    """A call that cannot be carried out as it was written."""

    exit_code = WRONG_USE


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one call, as click parsed them."""

    files: tuple[Path, ...]
    text: str | None
    as_json: bool
    out: Path | None
    text_column: str | None
    id_column: str | None
    engine: str
    resume: bool
    overwrite: bool
    bundle: Path | None
    policy: Path | None
    threads: int | None


@click.command("score", short_help="Score one comment or archives of comments.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--text", metavar="TEXT", help="Score this one comment; - reads it from stdin.")
@click.option("--json", "as_json", is_flag=True, help="With --text: print JSON as /v1/score does.")
@click.option("--out", metavar="OUT", type=click.Path(path_type=Path), help="File of the scores.")
@click.option("--text-column", metavar="C", help="Column of the comments.")
@click.option("--id-column", metavar="C", help="Column of the ids. Default: id, or row numbers.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--resume", is_flag=True, help="Go on where an earlier run into OUT stopped.")
@click.option("--overwrite", is_flag=True, help="Replace OUT, and drop an earlier run into it.")
@click.option("--bundle", metavar="DIR", type=click.Path(path_type=Path), help="Model to use.")
@click.option(
    "--policy", metavar="FILE.toml", type=click.Path(path_type=Path), help="Rules to use."
)
@click.option("--threads", type=click.IntRange(min=1), help="Default: one a processor core.")
@click.pass_context
def score_command(ctx: click.Context, /, **given: Any) -> None:
    """Score one comment (--text) or archives of comments (FILE... --out OUT).

    FILE ends in .csv, .tsv or .jsonl (each also .gz) or in .parquet. Its comments are in the column
    text, comment, comment_text or body, or in the one that --text-column names.

    Without --policy the shipped policy fills the column action; rules of a section hold nowhere here.

    OUT ends in .jsonl or .csv (each also .gz) or in .parquet. It has one row an input row, in the
    same order: id, a column a label, spans, target, action, model and, where a row could not be
    scored, error. While it is being made, finished rows are in OUT.partial.

    Exit status: 0 done, 1 some rows failed, 2 wrong use.
    """
    asked = Asked(**given)
    _check_use(asked)
    try:
        status = _score_text(asked) if asked.text is not None else _score_files(asked)
    except (ArchiveError, SettingsError, PolicyFileError) as error:
        raise Refused(str(error)) from error
    ctx.exit(status)


def _check_use(asked: Asked) -> None:
    """Refuse combinations that make no sense before a model is loaded."""
    if asked.text is not None:
        if asked.files or asked.out is not None:
            raise click.UsageError("--text scores one comment: it takes no FILE and no --out")
        if idle := _idle_with_text(asked):
            raise click.UsageError(f"--text scores one comment: {idle} goes with a FILE")
        return
    if not asked.files:
        raise click.UsageError("give --text TEXT, or one or more FILEs and --out OUT")
    if asked.out is None:
        raise click.UsageError("--out OUT is missing: the file that the scores go to")
    if asked.as_json:
        raise click.UsageError("--json goes with --text; for a FILE choose an OUT in .jsonl")
    if asked.engine == "ray":
        raise click.UsageError("--engine ray is not built yet; --engine local scores any size")


def _idle_with_text(asked: Asked) -> str | None:
    """Return the first option of this call that asks for something which a FILE alone has, or None."""
    given = {
        "--text-column": asked.text_column is not None,
        "--id-column": asked.id_column is not None,
        "--engine ray": asked.engine == "ray",
        "--resume": asked.resume,
        "--overwrite": asked.overwrite,
    }
    return next((option for option, is_given in given.items() if is_given), None)


def _score_text(asked: Asked) -> int:
    """Print what one comment reads as and return the exit status."""
    text = _stdin() if asked.text == "-" else asked.text or ""
    if (fault := text_fault(text)) is not None:
        raise Refused(f"the text {fault}")
    settings = load_settings(os.environ)
    own = _own_rules(asked)
    scorer = _load(asked, settings)
    try:
        (scores,) = scorer.score([Comment(text)], spans=True)
    except (EngineError, ScoringError) as error:
        raise click.ClickException(f"not scored: {why(error)}") from error
    action = decide(
        scores, shipped_rules(scorer.thresholds) if own is None else own, text=text
    ).action
    result = as_result(scores, comment_id=None, place=0, fault=None, action=action)
    if asked.as_json:
        reply = ScoreReply(model=scorer.version, results=[result])
        click.echo(reply.model_dump_json())
    elif scores.error is not None:
        raise click.ClickException(f"not scored: {scores.error}")
    else:
        print_verdict(text, result, model=scorer.version, thresholds=scorer.thresholds)
    return SOME_FAILED if scores.error is not None else 0


def _stdin() -> str:
    sent: bytes = sys.stdin.buffer.read(MAX_COMMENT_BYTES + 1)
    if len(sent) > MAX_COMMENT_BYTES:
        raise Refused(f"stdin is longer than the limit of {MAX_COMMENT_BYTES:,} bytes")
    try:
        return sent.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"stdin is not valid UTF-8 at byte {error.start + 1}") from error


def _score_files(asked: Asked) -> int:
    """Score the files into OUT, say on stderr what was done, and return the exit status."""
    assert asked.out is not None
    settings = load_settings(os.environ)
    writers.check_writable(asked.out, inputs=asked.files, overwrite=asked.overwrite)
    sources = [inspect(path, text=asked.text_column, ids=asked.id_column) for path in asked.files]
    check_ids(sources)
    own = _own_rules(asked)
    scorer = _load(asked, settings)
    begun = time.monotonic()
    head = journal.heading(
        sources, model=scorer.version, policy=_digest(own), language=settings.language
    )
    try:
        kept = open_journal(asked.out, head, resume=asked.resume, overwrite=asked.overwrite)
    except OSError as error:
        raise click.ClickException(_why(error, asked.out)) from error
    with kept as into:
        try:
            tally = _run(sources, into, scorer=scorer, rules=own)
            writers.write(journal.finished(into.path), asked.out)
        except KeyboardInterrupt:
            _say(f"stopped; {_kept(into)}")
            return INTERRUPTED
        except (OSError, EngineError, ScoringError) as error:
            raise click.ClickException(f"{_why(error, asked.out)}; {_kept(into)}") from error
        into.path.unlink()
    _say(_summary(tally, asked.out, seconds=time.monotonic() - begun))
    return SOME_FAILED if tally.failed else 0


def _why(error: Exception, out: Path) -> str:
    if isinstance(error, OSError):
        return f"{out}: cannot be written: {error.strerror or error}"
    return str(error)


def _kept(into: journal.Journal) -> str:
    return f"finished rows are in {into.path}, --resume goes on from there"


def _run(
    sources: list[Source],
    into: journal.Journal,
    *,
    scorer: Scorer,
    rules: tuple[Rule, ...] | None,
) -> Tally:
    tally, judge = Tally(), _judge(scorer, rules)
    with _progress(sum(source.size for source in sources)) as show:
        for tally, bytes_read in run(sources, into, scorer=scorer, judge=judge):
            show(tally.rows, bytes_read)
    return tally


@contextmanager
def _progress(total_bytes: int) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows rows done and bytes read; it shows them on a terminal only."""
    # No least step: rows are counted on while a compressed file's bytes stand still.
    with click.progressbar(
        length=total_bytes,
        label="0 comments",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        update_min_steps=0,
    ) as bar:

        def show(rows: int, bytes_read: int) -> None:
            bar.label = f"{rows:,} comments"
            bar.update(bytes_read - bar.pos)

        yield show


def _load(asked: Asked, settings: Settings) -> Scorer:
    """Return the scorer of --bundle, else of the champion, else of the shipped bundle.

    Engine and language are those of the settings, so that an archive reads as the service does.
    """
    folder = asked.bundle or registry.champion(settings.models_folder)
    try:
        loaded = load_scorer(
            folder,
            threads=asked.threads,
            engine=settings.engine,
            default_language=settings.language,
        )
        # The engine opens now, before an output is begun, rather than at the first comment.
        loaded.warm_up()
    except CANNOT_SPEAK as error:
        raise Refused(why(error)) from error
    return loaded


def _own_rules(asked: Asked) -> tuple[Rule, ...] | None:
    """Return the rules of --policy, or None without it; a rule of a section says nothing here."""
    if asked.policy is None:
        return None
    try:
        raw = asked.policy.read_bytes()
    except OSError as error:
        raise Refused(f"{asked.policy}: cannot be read: {error.strerror}") from error
    return policy_file.read(raw, name=str(asked.policy))


def _digest(rules: tuple[Rule, ...] | None) -> str | None:
    if rules is None:
        return None
    return hashlib.sha256(policy_file.as_toml(rules, heading="").encode()).hexdigest()


def _judge(scorer: Scorer, own: tuple[Rule, ...] | None) -> Judge:
    """Return ``own`` rules, else the shipped policy over the bundle's thresholds, as a judge."""
    rules = shipped_rules(scorer.thresholds) if own is None else own

    def judged(scores: Scores, text: str) -> str:
        return decide(scores, rules, text=text).action

    return judged


def _summary(tally: Tally, out: Path, *, seconds: float) -> str:
    rows = f"{tally.rows:,} comment{'' if tally.rows == 1 else 's'}"
    return (
        f"{rows} in {seconds:.1f} s: {tally.failed:,} failed,"
        f" {tally.abstained:,} not judged; scores in {out}"
    )


def _say(message: str) -> None:
    click.echo(message, err=True)

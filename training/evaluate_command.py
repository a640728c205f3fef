"""``comity evaluate``: a bundle on labelled comments, on the development sets and on the suites."""

import importlib.util
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from model.labels import NAMES
from training.verbs import INSTALL, Refused, TrainingVerb

if TYPE_CHECKING:
    from model.bundle import Bundle
    from model.scorer import Scorer
    from training.evaluate import LabelledSet, Terms
    from training.recipe import Recipe
    from training.report import Report

A_BUNDLE = click.Path(exists=True, file_okay=False, path_type=Path)
COLUMNS_OF_DATA = ("text_column", "truth_column", "label")
# Files that a sentence names; a bundle is made of a hundred.
MOST_NAMED: Final = 5
# Holds the longest name of a figure with all that stands beside it.
WIDTH_OF_A_PIPE: Final = 220

log = logging.getLogger(__name__)


@click.command("evaluate", cls=TrainingVerb, needs="sklearn")
@click.argument("bundle", type=A_BUNDLE)
@click.option(
    "--corpora",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="COMITY_CORPORA",
    show_envvar=True,
    help="Folder of the public corpora, for the development sets.",
)
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Labelled comments instead: .csv, .tsv or .jsonl.",
)
@click.option("--text-column", help="Column of the comment, with --data.")
@click.option(
    "--truth-column", help="Column of the truth: 0 to 1, true or false; blank is unknown."
)
@click.option(
    "--label", type=click.Choice(NAMES), help="The label that the truth column speaks of."
)
@click.option(
    "--suites",
    is_flag=True,
    help="Also run Comity's own functional cases, disguised insults, identity terms and abstentions.",
)
@click.option("--against", type=A_BUNDLE, help="Another bundle, on the same comments.")
@click.option(
    "--floor",
    is_flag=True,
    help="Gather the bundle's training comments again, fit the n-gram floor on them, and judge the "
    "part that was held out, or with --data those comments; says so where the files are no longer the "
    "bundle's. Takes minutes and needs the training parts and --corpora.",
)
@click.option("--seed", type=int, default=17, show_default=True, help="Of the bootstrap.")
@click.option("--threads", type=click.IntRange(min=1), help="Default: every core it may use.")
@click.option(
    "--details",
    is_flag=True,
    help="Print tables by label, source, situation, identity term and target after the one of every figure.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
@click.pass_context
def evaluate_command(ctx: click.Context, /, bundle: Path, **options: Any) -> None:
    """Measure BUNDLE: AUC, average precision, F1, precision at recall, ECE, with 95% intervals.

    Prints one table: each figure, its interval, of how many comments it is, its goal and whether it is
    reached.

    Exit status 1 when the bundle refused some comments; they count with score 0 and are reported.
    """
    from model.bundle import BundleError
    from model.runtime import EngineError
    from model.scorer import ScoringError
    from training.errors import TrainingError

    _check(ctx)
    # To stderr, so that --json stays alone on stdout.
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        report = _evaluated(bundle, options, from_data=options["data"] is not None)
    except (BundleError, TrainingError, EngineError, ScoringError) as error:
        raise Refused(str(error)) from error
    show(report, as_json=options["as_json"], in_detail=options["details"])
    refused = sum(sum(found.errors.values()) for found in report.sets.values())
    if refused:
        click.echo(f"the bundle refused {refused:,} comments", err=True)
        ctx.exit(1)


def _check(ctx: click.Context) -> None:
    """Refuse combinations of options that say nothing or contradict each other."""
    options = ctx.params
    asked = ctx.get_parameter_source("corpora") is ParameterSource.COMMANDLINE
    given = [name for name in COLUMNS_OF_DATA if options[name] is not None]
    if options["data"] is None:
        if given:
            raise click.UsageError(f"--{given[0].replace('_', '-')} goes with --data")
        if options["corpora"] is None and not options["suites"]:
            raise click.UsageError("give --corpora, --data or --suites (or set COMITY_CORPORA)")
    elif asked and not options["floor"]:
        raise click.UsageError("--data goes without --corpora, unless with --floor")
    elif len(given) < len(COLUMNS_OF_DATA):
        raise click.UsageError("--data needs --text-column, --truth-column and --label")
    if options["floor"] and options["corpora"] is None:
        raise click.UsageError("--floor needs --corpora (or set COMITY_CORPORA)")


def _evaluated(folder: Path, options: Mapping[str, Any], *, from_data: bool) -> "Report":
    from model import bundle
    from training import stored_report
    from training.evaluate import Terms, development_sets, evaluate_sets

    judged = bundle.load(folder)
    stored = stored_report.read(judged.report)
    terms = Terms(
        scorer=_scorer(folder, options),
        against=_scorer(options["against"], options) if options["against"] else None,
        base_rates=stored.get("base_rates", {}),
        seed=options["seed"],
    )
    if from_data and not options["floor"]:
        return evaluate_sets(terms, [_labelled(options)], suites=options["suites"])
    if options["floor"]:
        return _with_floor(terms, judged, options, from_data=from_data)
    sets = development_sets(options["corpora"]) if options["corpora"] else []
    report = evaluate_sets(terms, sets, suites=options["suites"], corpora=options["corpora"])
    return stored_report.with_stored_floor(report, stored)


def _scorer(folder: Path, options: Mapping[str, Any]) -> "Scorer":
    from model.scorer import load_scorer

    return load_scorer(folder, threads=options["threads"] or len(os.sched_getaffinity(0)))


def _labelled(options: Mapping[str, Any]) -> "LabelledSet":
    """Return the desk's own file as a set; its truth goes under the label's name."""
    from training import labelled_files
    from training.errors import TrainingError
    from training.evaluation_sets import EvaluationSet

    file, label = options["data"], options["label"]
    columns = labelled_files.Columns(options["text_column"], options["truth_column"], label)
    rows = labelled_files.read(file, columns)
    if not any(row.labels for row in rows):
        raise TrainingError(
            f"{file}, column '{columns.truth}': no row of {len(rows):,} has a value"
        )
    return EvaluationSet(file.name, ((label, label),)), rows


def _with_floor(
    terms: "Terms", judged: "Bundle", options: Mapping[str, Any], *, from_data: bool
) -> "Report":
    """Return the report beside a floor fitted on what the bundle learnt from, copies and joins included.

    They are gathered from the files of today: where these are others than the lineage's, the report says
    so first. It is no refusal, for the files of an older bundle are rarely at hand and splits go by hash.
    """
    from training.evaluate import development_sets, evaluate_sets

    if importlib.util.find_spec("torch") is None:
        raise Refused(INSTALL)
    from training import mix
    from training.evaluation_sets import OF_THE_MIX
    from training.floor import floor_scores
    from training.train import lesson, teacher_of

    recipe = _recipe(judged)
    # Before the minutes that the mix takes, for its columns may be wrong.
    own = [_labelled(options)] if from_data else []
    gathered = mix.gather(recipe, options["corpora"])
    parts = gathered.parts
    said = tuple(_of_other_files(judged.manifest.lineage, gathered.account))
    for sentence in said:  # now, for the floor takes minutes
        log.warning("%s", sentence)
    learnt = lesson(parts["train"], teacher_of(recipe), recipe)
    sets = own or development_sets(options["corpora"])
    held_out = [] if own else parts["test"]
    scores = floor_scores(learnt.rows, [*sets, *([(OF_THE_MIX, held_out)] if held_out else [])])
    report = evaluate_sets(
        replace(terms, floor=scores),
        sets,
        held_out=held_out,
        suites=options["suites"],
        corpora=options["corpora"],
    )
    return replace(report, skipped=(*said, *report.skipped))


def _of_other_files(lineage: Mapping[str, Any], account: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence where the files of ``account`` are not those that a lineage tells, else nothing."""
    before, now = _checksums(lineage), _checksums(account)
    others = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if others:
        more = len(others) - MOST_NAMED
        yield (
            "the part that the bundle's own report held out was not measured: training files are not those "
            f"of its lineage ({', '.join(others[:MOST_NAMED])}{f' and {more} more' if more > 0 else ''}). "
            "held_out and the floor are of the rows and truths of today's files; do not lay them beside "
            "that report"
        )


def _checksums(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the sha256 of every file of rows and of readings that a lineage or an account tells."""
    readings = told.get("house_readings") or {}
    files = {
        f"{corpus['name']}/{file}": checksum["sha256"]
        for corpus in told.get("corpora") or ()
        for file, checksum in (corpus.get("files") or {}).items()
        if not file.endswith(".md")  # beside Comity's own comments stands what is told of them
    }
    return files | ({readings["file"]: readings["sha256"]} if readings else {})


def _recipe(judged: "Bundle") -> "Recipe":
    """Return the recipe that made the bundle, from its lineage."""
    from training.errors import TrainingError
    from training.recipe import CorpusUse, Recipe

    lineage = judged.manifest.lineage
    form = lineage.get("recipe")
    if lineage.get("kind") != "trained" or not isinstance(form, Mapping):
        raise TrainingError(
            f"{judged.folder}: was not trained from corpora, so --floor has no rows"
        )
    try:
        corpora = {name: CorpusUse(**use) for name, use in form["corpora"].items()}
        return Recipe(**{**form, "corpora": corpora})
    except (KeyError, TypeError) as error:
        raise TrainingError(f"{judged.folder}: its recipe is of another version") from error


def show(report: "Report", *, as_json: bool = False, in_detail: bool = False) -> None:
    """Print a report: one table of every figure, more of them ``in_detail``, or its JSON alone."""
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=1, allow_nan=False))
        return
    from rich.console import Console

    from training.report_tables import details, summary

    # A pipe has no width: rows are kept whole there, so that grep and diff work.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_PIPE)
    for one in (*summary(report), *(details(report) if in_detail else ())):
        console.print(one)

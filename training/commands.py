"""The training verbs of ``comity``; they join it through the entry-point group ``comity.commands``.

Nothing heavy is imported here: the verbs are listed where torch is not installed, and say so when called.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec

import click

from training import reporting
from training.errors import TrainingError
from training.evaluate_command import evaluate_command, show
from training.verbs import Refused, TrainingVerb

P = ParamSpec("P")
FROM: Final = (
    "Bundle to start from. Default: the champion in COMITY_MODELS_DIR, else the bundle that ships; refused "
    "where the service's settings name another champion."
)
A_FOLDER = click.Path(file_okay=False, path_type=Path)
AN_EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
A_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def refuses_in_one_line(command: Callable[P, None]) -> Callable[P, None]:
    """Return the command with its refusals as exit status 2 and one line each."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        from model.bundle import BundleError
        from model.runtime import EngineError
        from model.scorer import ScoringError

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
        try:
            command(*args, **kwargs)
        except (TrainingError, BundleError, EngineError, ScoringError) as error:
            raise Refused(str(error)) from error

    return guarded


@click.command("train", cls=TrainingVerb)
@click.option("--corpora", type=AN_EXISTING_FOLDER, envvar="COMITY_CORPORA", required=True)
@click.option("--out", type=A_FOLDER, required=True, help="Folder of the new bundle.")
@click.option("--recipe", "recipe_file", type=A_FILE, help="TOML; the shipped recipe by default.")
@click.option(
    "--base",
    help="Bundle to go on from, without the stages before; or encoder to begin the first stage with: "
    "a packaged name, a folder or a hub id.",
)
@click.option("--epochs", type=float, help="Of the last stage.")
@click.option("--learning-rate", type=float, help="Of the last stage.")
@click.option("--batch-size", type=int, help="Of the last stage.")
@click.option("--max-length", type=int, help="Tokens of a window, of the last stage.")
@click.option(
    "--pooling",
    type=click.Choice(["mean", "cls", "mean_max"]),
    help="Of the last stage; mean_max goes on from mean, any other from its like alone.",
)
@click.option("--seed", type=int, help="Of every stage.")
@click.option("--bf16", type=click.Choice(["auto", "on", "off"]), help="Of every stage.")
@click.option("--licences", type=click.Choice(["all", "permissive"]), help="Of every stage.")
@click.option("--work", type=A_FOLDER, help="Folder of checkpoints. Default: OUT.work beside OUT.")
@click.option("--resume", is_flag=True, help="Take up the last checkpoint in the work folder.")
@click.option(
    "--report-to",
    type=click.Choice(["none", *reporting.PACKAGES]),
    default="none",
    show_default=True,
    help="Where the losses of every stage go; its package must be installed.",
)
@refuses_in_one_line
def train_command(
    corpora: Path,
    out: Path,
    recipe_file: Path | None,
    work: Path | None,
    resume: bool,
    report_to: str,
    **overrides: Any,
) -> None:
    """Train a bundle from public corpora: fine-tune, calibrate, export, quantise, evaluate, describe.

    A recipe may come after another, whose stage is trained first: the shipped one is the last of eight.
    An encoder in --base, --seed, --bf16, --licences, --resume and --report-to hold for every stage; what
    else is laid over the recipe holds for the last stage, and the earlier ones keep their own.

    Prints the table of `comity evaluate`, with the differences from the bundle that the run went on from,
    and last the folder of the new one.

    Exit status 1 when int8 does not agree with torch: the bundle is there and should not serve.
    """
    reporting.check(report_to)
    from training import fit, recipe, stages

    chosen = recipe.read(recipe_file or recipe.SHIPPED, **overrides)
    run = fit.Run(work or out.with_name(out.name + ".work"), report_to=report_to, resume=resume)
    show(stages.train_all(chosen, corpora, out, run))
    click.echo(f"{out}")
    _end_by(json.loads((out / "report.json").read_text(encoding="utf-8")))


def _end_by(report: Mapping[str, Any]) -> None:
    """Say where int8 does not agree with torch, and end with exit status 1 where it does not."""
    from training import finish

    lost = finish.disagreements(report[finish.AGREEMENT])
    for sentence in lost:
        click.echo(sentence, err=True)
    if lost:
        raise click.exceptions.Exit(1)


@click.command("teach", cls=TrainingVerb)
@click.option("--corpora", type=AN_EXISTING_FOLDER, envvar="COMITY_CORPORA", required=True)
@click.option("--out", type=A_NEW_FILE, required=True, help="File of soft targets to write.")
@click.option("--recipe", "recipe_file", type=A_FILE, help="The teacher's; the shipped by default.")
@click.option("--student", type=A_FILE, help="The student's recipe; the first stage's by default.")
@click.option("--work", type=A_FOLDER, help="Folder of checkpoints. Default: OUT.work beside OUT.")
@click.option("--resume", is_flag=True, help="Take up the last checkpoint in the work folder.")
@refuses_in_one_line
def teach_command(
    corpora: Path,
    out: Path,
    recipe_file: Path | None,
    student: Path | None,
    work: Path | None,
    resume: bool,
) -> None:
    """Fine-tune a teacher and write what it says of the student's comments: keys and logits, no text."""
    from training import distill, fit, recipe

    run = fit.Run(work or out.with_name(out.name + ".work"), resume=resume)
    said = distill.teach(
        recipe.read(recipe_file or recipe.TEACHER),
        recipe.read(student or recipe.FIRST_STAGE),
        corpora,
        out,
        run,
    )
    click.echo(f"{out}: {said} soft targets")


@click.command("retrain", cls=TrainingVerb)
@click.option("--labels", type=A_FILE, required=True, help="JSON Lines, one example a line.")
@click.option("--out", type=A_FOLDER, required=True, help="Folder of the candidate bundle.")
@click.option("--from", "source", type=AN_EXISTING_FOLDER, help=FROM)
@click.option("--unlabelled", type=A_FILE, help="JSON Lines with text alone, to hold on to.")
@click.option("--epochs", type=click.FloatRange(min=0, min_open=True), default=3.0)
@click.option("--learning-rate", type=click.FloatRange(min=0, min_open=True), default=3e-5)
@click.option("--seed", type=int, default=17)
@click.pass_obj
@refuses_in_one_line
def retrain_command(
    serving: Callable[[], Path] | None,
    /,
    source: Path | None,
    **settings: Any,
) -> None:
    """Make a candidate bundle from a desk's own labels, with a report of what got better and worse.

    Exit status 1 when int8 does not agree with torch: the bundle is there and should not serve.
    """
    from training import retrain

    plan = retrain.Plan(source=source or retrain.champion(serving), **settings)
    report = retrain.retrain(plan)
    for line in retrain.summary(report):
        click.echo(line)
    _end_by(report)


@click.command("experiment", cls=TrainingVerb)
@click.argument("recipes", nargs=-1, type=A_FILE, required=True)
@click.option("--corpora", type=AN_EXISTING_FOLDER, envvar="COMITY_CORPORA", required=True)
@click.option("--work", type=A_FOLDER, default=Path("runs/experiments"), show_default=True)
@click.option(
    "--rows", type=click.IntRange(min=100), help="Cap on training rows, for a quick look."
)
@click.option("--base", help="Bundle that all of them go on from, or encoder that all begin with.")
@refuses_in_one_line
def experiment_command(
    recipes: tuple[Path, ...], corpora: Path, work: Path, rows: int | None, base: str | None
) -> None:
    """Train by several recipes and print their AUCs; WORK/outcomes.jsonl keeps them.

    The first recipe is the one that the others are compared with: beside each of their AUCs stands
    the difference to its own, with the 95% interval of a paired bootstrap.
    """
    from training import experiments, recipe

    stems = Counter(file.stem for file in recipes)
    if twice := [stem for stem, times in stems.items() if times > 1]:
        raise TrainingError(
            f"{', '.join(twice)}: several recipes of one name; give each file a name of its own"
        )
    named = {file.stem: recipe.read(file, base=base) for file in recipes}
    for outcome in experiments.run_all(named, corpora, work, rows=rows):
        click.echo(f"{outcome.name}: {outcome.rows} rows, {outcome.seconds:.0f} s")
        for figure, value in outcome.auc.items():
            less = outcome.beside.get(figure)
            beside = f"  {less.value:+.4f} [{less.low:+.4f}, {less.high:+.4f}]" if less else ""
            click.echo(f"  {figure:42s} {value:.4f}{beside}")


commands: Final[dict[str, click.Command]] = {
    "train": train_command,
    "teach": teach_command,
    "retrain": retrain_command,
    "evaluate": evaluate_command,
    "experiment": experiment_command,
}

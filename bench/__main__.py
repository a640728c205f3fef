"""``python -m bench``: Comity, the same weights in torch, and Detoxify's architecture in torch."""

import importlib.util
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from tokenizers import Tokenizer

from bench import machine, report
from bench.contenders import ROOT, BenchError, Contender
from bench.rounds import Plan, archive_seconds, latencies, plan_of
from model.bundle import BundleError, default_bundle, load

COMITY: Final = "Comity"
TITLES: Final = {
    "transformers": "same weights, transformers, torch fp32",
    "bert-base": "bert-base, torch fp32 (Detoxify's shape)",
    "tiny": "a tiny network in torch (for tests)",
}
PEER_TOKENS: Final = 512
NO_TORCH: Final = (
    "the peers need torch: run `make train-env`, or name an interpreter that has"
    " `pip install '.[train]'` with --peers-python"
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="A few comments, one round: does everything run?")
@click.option("--peer", "peers", multiple=True, type=click.Choice(list(TITLES)), help="Repeatable.")
@click.option("--bundle", type=click.Path(path_type=Path), help="Default: the shipped bundle.")
@click.option("--threads", type=click.IntRange(min=1), help="Default: all processor cores.")
@click.option("--peers-python", help="Interpreter with torch. Default: this one, or .venv-train.")
@click.option("--json", "json_out", type=click.Path(path_type=Path), help="Write figures there.")
def main(  # noqa: PLR0913
    *,
    quick: bool,
    peers: tuple[str, ...],
    bundle: Path | None,
    threads: int | None,
    peers_python: str | None,
    json_out: Path | None,
) -> None:
    """Measure latency over HTTP and archive throughput of Comity and of its peers, in one run."""
    facts, warning = machine.facts(), machine.busy_warning()
    cores = threads or len(os.sched_getaffinity(0))
    plan = plan_of(quick=quick)
    try:
        loaded = load(bundle or default_bundle())
        contenders = _contenders(peers or ("transformers", "bert-base"), peers_python)
        found = _measure(
            contenders,
            plan,
            bundle=loaded.folder,
            tokenizer=loaded.tokenizer,
            threads=cores,
        )
    except (BenchError, BundleError) as error:
        raise click.ClickException(str(error)) from error
    facts |= {"bundle": loaded.version, "threads": str(cores), "rounds": str(plan.rounds)}
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    report.show(found, facts, console)
    if warning or quick:
        console.print(warning or "A quick run: it shows that everything runs and measures nothing.")
    if json_out is not None:
        figures = {"machine": facts, "lines": [asdict(line) for line in found]}
        json_out.write_text(json.dumps(figures, indent=2) + "\n")


def _contenders(peers: tuple[str, ...], peers_python: str | None) -> list[Contender]:
    python = peers_python or _python_with_torch()
    return [Contender("comity", COMITY)] + [Contender(name, TITLES[name], python) for name in peers]


def _python_with_torch() -> str:
    """Return this interpreter if it has torch, else the one of the training environment."""
    if importlib.util.find_spec("torch") and importlib.util.find_spec("transformers"):
        return sys.executable
    for python in (os.environ.get("COMITY_TRAINING_PYTHON"), ROOT / ".venv-train/bin/python"):
        if python and Path(python).exists():
            return str(python)
    raise BenchError(NO_TORCH)


def _measure(
    contenders: list[Contender], plan: Plan, *, bundle: Path, tokenizer: Path, threads: int
) -> list[report.Line]:
    latency = latencies(contenders, plan, bundle=bundle, threads=threads)
    archive = archive_seconds(contenders, plan, bundle=bundle, threads=threads)
    return report.lines(
        contenders,
        latency=latency,
        archive=archive,
        counts={kind: len(texts) for kind, texts in plan.archive.items()},
        tokens=_tokens(contenders, plan, tokenizer),
    )


def _tokens(
    contenders: list[Contender], plan: Plan, tokenizer: Path
) -> dict[tuple[str, str], float]:
    """Return the mean tokens that each contender reads of a comment, by kind of comment."""
    reader = Tokenizer.from_file(str(tokenizer))
    reader.no_truncation()
    reader.no_padding()
    means = {}
    for kind, texts in plan.archive.items():
        lengths = [len(encoded.ids) for encoded in reader.encode_batch(list(texts))]
        for contender in contenders:
            read = lengths if contender.ours else [min(n, PEER_TOKENS) for n in lengths]
            means[contender.name, kind] = sum(read) / len(read)
    return means


if __name__ == "__main__":
    main()

"""``python -m bench.graphs OTHER.onnx [OURS.onnx]``: what a bundle's graph costs beside another's.

Both run in the serving engine, in turns, on the same random token ids (speed does not depend on which
ids); the figure is how many times as long ours takes. OURS is the shipped bundle's graph by default.
The graph of an older bundle: ``git show COMMIT:model/bundles/VERSION/model.int8.onnx > other.onnx``.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.machine import facts
from bench.measure import Ratio, ratio, turns
from model import bundle
from model.runtime import Ids, open_engine

SHAPES: Final = ((1, 16), (1, 32), (1, 64), (1, 128), (32, 32), (32, 128))
ROUNDS: Final = 7
SECONDS: Final = 1.0

Run = Callable[[], object]


def ids_of(rows: int, tokens: int, seed: int = 7) -> tuple[Ids, Ids]:
    """Return random ids of ordinary words and their mask, (rows, tokens), nothing masked."""
    ids = np.random.default_rng(seed).integers(2000, 20000, (rows, tokens))
    return ids, np.ones_like(ids)


def seconds_of(run: Run, *, during: float = SECONDS) -> float:
    """Return the median seconds of a run, of as many as fit into ``during`` and one at least."""
    times: list[float] = []
    until = time.perf_counter() + during
    while not times or time.perf_counter() < until:
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return float(np.median(times))


def cost(ours: Run, other: Run, *, rounds: int = ROUNDS, during: float = SECONDS) -> Ratio:
    """Return how many times as long ``ours`` takes as ``other``, the two taking turns."""
    taken: dict[int, list[float]] = {0: [], 1: []}
    runs = (ours, other)
    for run in runs:
        run(), run()  # to warm up
    for number in range(rounds):
        for which in turns((0, 1), number):
            taken[which].append(seconds_of(runs[which], during=during))
    return ratio(taken[0], taken[1])


def table_of(ours: Path, other: Path, *, threads: int, shapes: Sequence[tuple[int, int]]) -> Table:
    """Return the ratio for each shape as a table."""
    engines = [open_engine(graph, threads=threads) for graph in (ours, other)]
    table = Table("rows x tokens", f"{ours} takes, x {other}")
    for rows, tokens in shapes:
        ids, mask = ids_of(rows, tokens)
        found = cost(*(partial(engine.run, ids, mask) for engine in engines))
        table.add_row(
            f"{rows} x {tokens}", f"{found.middle:.2f} ({found.low:.2f}-{found.high:.2f})"
        )
    return table


@click.command()
@click.argument("other", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("ours", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--threads", default=2, show_default=True, type=click.IntRange(min=1))
def main(other: Path, ours: Path | None, threads: int) -> None:
    """Print what OURS costs beside OTHER."""
    graph = ours or bundle.load(bundle.default_bundle()).graph
    console = Console(width=120)
    for name, fact in facts().items():
        console.print(f"{name}: {fact}")
    console.print(table_of(graph, other, threads=threads, shapes=SHAPES))


if __name__ == "__main__":
    main()

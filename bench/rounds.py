"""The measuring itself: every contender does the same work in every round."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.comments import long_comments, short_comments
from bench.contenders import Contender, archiving, served
from bench.measure import turns

SEED: Final = 20261122

Seconds = dict[tuple[str, str], list[list[float]]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: comments a round, by kind of comment, and how many rounds."""

    latency: Mapping[str, Sequence[str]]
    archive: Mapping[str, Sequence[str]]
    rounds: int
    warm_up: int


def plan_of(*, quick: bool) -> Plan:
    """Return the plan; a quick one shows that everything runs and is no measurement."""
    single = (8, 2) if quick else (128, 24)
    many = (64, 4) if quick else (384, 48)
    return Plan(latency=_kinds(*single), archive=_kinds(*many), rounds=1 if quick else 5, warm_up=2)


def latencies(
    contenders: Sequence[Contender], plan: Plan, *, bundle: Path, threads: int
) -> Seconds:
    """Return seconds a comment over HTTP: by contender and kind, a list a round."""
    found: Seconds = {}
    with ExitStack() as running:
        clients = {
            contender: running.enter_context(served(contender, bundle, threads=threads))
            for contender in contenders
        }
        for kind, texts in plan.latency.items():
            for client in clients.values():
                client.take_turn()
                for text in texts[: plan.warm_up]:
                    client.seconds_for(text)
            for number in range(plan.rounds):
                for contender in turns(contenders, number):
                    clients[contender].take_turn()
                    seconds = [clients[contender].seconds_for(text) for text in texts]
                    found.setdefault((contender.name, kind), []).append(seconds)
    return found


def archive_seconds(
    contenders: Sequence[Contender], plan: Plan, *, bundle: Path, threads: int
) -> Seconds:
    """Return seconds an archive, from file to file: by contender and kind, one a round."""
    found: Seconds = {}
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        workers = {
            contender: running.enter_context(archiving(contender, bundle, threads=threads))
            for contender in contenders
        }
        for kind, texts in plan.archive.items():
            path = _archive(folder / f"{kind}.jsonl", texts)
            warm = _archive(folder / f"{kind}-warm.jsonl", texts[: plan.warm_up])
            for worker in workers.values():
                worker.seconds_for(warm, folder / "warm.jsonl")
            for number in range(plan.rounds):
                for contender in turns(contenders, number):
                    out = folder / f"{contender.name}-{kind}-{number}.jsonl"
                    seconds = workers[contender].seconds_for(path, out)
                    found.setdefault((contender.name, kind), []).append([seconds])
    return found


def _kinds(short: int, long: int) -> dict[str, list[str]]:
    return {
        "short": short_comments(short, seed=SEED),
        "long": long_comments(long, seed=SEED),
    }


def _archive(path: Path, texts: Sequence[str]) -> Path:
    lines = (json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts))
    path.write_text("".join(line + "\n" for line in lines))
    return path

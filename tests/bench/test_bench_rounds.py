"""Every contender does the same work in every round."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import rounds
from bench.contenders import Contender
from bench.rounds import Plan, archive_seconds, latencies, plan_of

CONTENDERS = [Contender("comity", "Comity"), Contender("tiny", "Tiny")]
PLAN = Plan(
    latency={"short": ["a", "b", "c"], "long": ["d e"]},
    archive={"short": ["a", "b", "c"]},
    rounds=2,
    warm_up=1,
)


class Recorder:
    """Stands for a contender's process and writes down what it was asked, in order, for all."""

    asked: list[tuple[str, str]]

    def __init__(self, name: str, asked: list[tuple[str, str]]) -> None:
        self.name, self.asked = name, asked

    def take_turn(self) -> None:
        self.asked.append((self.name, "turn"))

    def seconds_for(self, *what: object) -> float:
        self.asked.append((self.name, " > ".join(Path(str(one)).name for one in what)))
        return float(len(self.asked))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    @contextmanager
    def start(contender: Contender, bundle: Path, *, threads: int) -> Iterator[Recorder]:
        yield Recorder(contender.name, found)

    monkeypatch.setattr(rounds, "served", start)
    monkeypatch.setattr(rounds, "archiving", start)
    return found


def test_latency_rounds_take_turns_after_a_warm_up_that_does_not_count(
    asked: list[tuple[str, str]],
) -> None:
    found = latencies(CONTENDERS, PLAN, bundle=Path(), threads=1)
    assert {key: [len(one) for one in values] for key, values in found.items()} == {
        ("comity", "short"): [3, 3],
        ("tiny", "short"): [3, 3],
        ("comity", "long"): [1, 1],
        ("tiny", "long"): [1, 1],
    }
    of_short = [(name, text) for name, text in asked if text in "abc"]
    one = [("comity", text) for text in "abc"]
    two = [("tiny", text) for text in "abc"]
    assert of_short == [("comity", "a"), ("tiny", "a"), *one, *two, *two, *one]
    assert asked[0] == ("comity", "turn")


def test_archives_hold_the_same_comments_for_all(asked: list[tuple[str, str]]) -> None:
    found = archive_seconds(CONTENDERS, PLAN, bundle=Path(), threads=1)
    assert {key: [len(one) for one in values] for key, values in found.items()} == {
        ("comity", "short"): [1, 1],
        ("tiny", "short"): [1, 1],
    }
    assert asked == [
        ("comity", "short-warm.jsonl > warm.jsonl"),
        ("tiny", "short-warm.jsonl > warm.jsonl"),
        ("comity", "short.jsonl > comity-short-0.jsonl"),
        ("tiny", "short.jsonl > tiny-short-0.jsonl"),
        ("tiny", "short.jsonl > tiny-short-1.jsonl"),
        ("comity", "short.jsonl > comity-short-1.jsonl"),
    ]


def test_an_archive_has_a_line_a_comment(tmp_path: Path) -> None:
    path = rounds._archive(tmp_path / "a.jsonl", ["Hello", "Käse\n"])
    assert (
        path.read_text() == '{"id": "0", "text": "Hello"}\n{"id": "1", "text": "K\\u00e4se\\n"}\n'
    )


def test_a_full_plan_measures_a_few_hundred_comments_in_several_rounds() -> None:
    full, quick = plan_of(quick=False), plan_of(quick=True)
    assert full.rounds >= 3
    assert len(full.archive["short"]) >= 300
    assert len(full.archive["long"]) >= 40
    assert len(set(full.latency["short"])) >= 60
    assert quick.rounds == 1
    assert sum(map(len, quick.archive.values())) < 100

"""The worker is kept running."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service import supervisor
from service.supervisor import Supervisor

STAYS = [sys.executable, "-c", "import time; time.sleep(60)"]
DIES = [sys.executable, "-c", "raise SystemExit(1)"]
IS_DEAF = [
    sys.executable,
    "-c",
    "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)",
]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ended(watched: Supervisor) -> None:
    child = watched._child
    assert child is not None
    child.wait(timeout=10)


def test_a_worker_that_dies_is_started_again_after_a_pause_that_grows() -> None:
    clock = Clock()
    watched = Supervisor(DIES, clock=clock)
    for pause in (1, 2, 4, 8, 16, 32, 60, 60):
        watched.tend()
        assert watched.pid is not None
        ended(watched)
        watched.tend()
        assert watched.pid is None
        clock.now += pause - 0.1
        watched.tend()
        assert watched.pid is None
        clock.now += 0.1
    watched.stop(seconds=1)


def test_a_worker_that_ran_well_for_a_minute_is_missed_for_a_second_only() -> None:
    clock = Clock()
    watched = Supervisor(DIES, clock=clock)
    watched._pause_s = 32
    watched.tend()
    ended(watched)
    clock.now += supervisor.WELL_AFTER_S
    watched.tend()
    clock.now += 1
    watched.tend()
    assert watched.pid is not None
    ended(watched)


def test_there_is_one_worker_and_it_is_stopped() -> None:
    watched = Supervisor(STAYS)
    watched.tend()
    first, child = watched.pid, watched._child
    watched.tend()
    assert watched.pid == first
    watched.stop(seconds=10)
    assert (watched.pid, child.returncode) == (None, -signal.SIGTERM)
    watched.stop(seconds=10)


def test_a_worker_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    from tests.service.served import until

    watched = Supervisor([*IS_DEAF, tmp_path / "ready"])
    watched.tend()
    child = watched._child
    until((tmp_path / "ready").exists)
    watched.stop(seconds=0.1)
    assert child.returncode == -signal.SIGKILL


def test_the_worker_finds_the_modules_that_we_found_and_not_the_meters_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    (tmp_path / "service.py").write_text("raise RuntimeError('the working directory was searched')")
    say = "import os, service; print(service.__file__, 'PROMETHEUS_MULTIPROC_DIR' in os.environ)"
    told = subprocess.run(
        [*supervisor.worker_command()[:3], say],
        env=supervisor._environ(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [sys.modules["service"].__file__, "False"]


def test_the_worker_loads_no_bundle_and_no_engine() -> None:
    say = (
        "import sys, service.worker, service.commands; "
        "print([n for n in ('model.scorer', 'model.runtime', 'openvino', 'prometheus_client') "
        "if n in sys.modules])"
    )
    told = subprocess.run(
        [*supervisor.worker_command()[:3], say],
        env=supervisor._environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"

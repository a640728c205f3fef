"""The main path: ``comity doctor`` at ``comity serve`` over the shipped bundle, as two processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from service.doctor.checks import CHECKS
from tests.service.served import ROOT, Served, starting

pytestmark = pytest.mark.slow

COMITY = [sys.executable, "-c", "from service.cli import main; main()"]


def test_every_door_tells_the_rude_comment_from_the_kind_one(tmp_path: Path) -> None:
    with starting(tmp_path) as run:
        served = Served(run(*COMITY, "serve"), tmp_path / "log", tmp_path)
        done = subprocess.run(
            [*COMITY, "doctor", f"http://127.0.0.1:{served.port}", "-"],
            input=f"{served.key}\n",
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        marks = [line[:5].strip() for line in done.stdout.splitlines()[3:]]
        # How fast this machine is today is not what is tested.
        assert len(marks) == len(CHECKS), done.stdout + done.stderr
        assert set(marks) <= {"ok", "SLOW"}, done.stdout + done.stderr
        assert done.returncode == ("SLOW" in marks)
        assert "clown" not in served.log.read_text()
        assert served.key not in served.log.read_text()

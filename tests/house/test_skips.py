"""A skipped test is a failure unless its name and the reason are listed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SKIPPING = "import pytest\n@pytest.mark.skip\ndef test_a():\n    pass\ndef test_b():\n    pass\n"


@pytest.mark.parametrize(
    ("listing", "status"),
    [
        ("", 1),
        ("test_x.py::test_a: the machine has no such part\n", 0),
        ("test_x.py::test_a: \n", 1),
    ],
)
def test_a_skip_passes_only_with_a_reason(tmp_path: Path, listing: str, status: int) -> None:
    shutil.copy(TESTS / "conftest.py", tmp_path)
    (tmp_path / "allowed_skips.txt").write_text(listing)
    (tmp_path / "test_x.py").write_text(SKIPPING)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout

"""The serving install as the Dockerfile makes it: in a fresh venv, small, without torch, working."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMIT = 500  # MB
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Return (instruction, rest) pairs, continued lines joined, comments left out."""
    lines = re.sub(r"\\\n\s*", "", dockerfile).splitlines()
    return [(*line.split(" ", 1),) for line in lines if line and line[0] != "#"]  # type: ignore[misc]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Carry out the first stage's COPY and RUN lines, /opt/comity standing in a fresh folder."""
    source, target = tmp_path_factory.mktemp("src"), tmp_path_factory.mktemp("opt") / "comity"
    first_stage = instructions("FROM " + DOCKERFILE.split("\nFROM ")[1])
    for instruction, rest in first_stage:
        if instruction == "COPY":
            *names, into = rest.split()
            for name in names:
                copied = source / into / (name if into == "./" else "")
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, copied)
        elif instruction == "RUN":
            command = rest.replace("python -m venv", f"{sys.executable} -m venv")
            subprocess.run(
                command.replace("/opt/comity", str(target)), cwd=source, shell=True, check=True
            )
    shutil.rmtree(source)
    return target


def comity(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "bin" / "comity", *arguments],
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(installed)},
    )


def megabytes(folder: Path) -> float:
    return sum(f.lstat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def test_it_is_under_500_megabytes_and_holds_no_torch(installed: Path) -> None:
    site = next(installed.glob("lib/python3*/site-packages"))
    size = megabytes(installed) - sum(megabytes(driver) for driver in site.glob("psycopg*"))
    # The image adds the driver for PostgreSQL, an extra that `pip install .` does not bring.
    assert size < LIMIT, f"{size:.0f} MB"
    packages = {p.name.lower() for p in site.iterdir()}
    assert packages.isdisjoint({"torch", "transformers", "datasets", "sklearn"})


def test_it_holds_what_a_retraining_rehearses_and_not_what_only_training_reads(
    installed: Path,
) -> None:
    training = next(installed.glob("lib/python3*/site-packages/training"))
    ours = ROOT / "training" / "rehearsal.jsonl.gz"
    assert (training / ours.name).read_bytes() == ours.read_bytes()
    assert not list(training.glob("newsroom/*.jsonl"))
    assert list(training.glob("recipes/*.toml"))
    assert not [*training.glob("recipes/**/*.tsv"), *training.glob("recipes/**/*.safetensors")]


def test_it_scores_with_the_bundle_it_carries(installed: Path) -> None:
    done = comity(installed, "score", "--text", "Thank you for this clear report.", "--json")
    assert done.returncode == 0, done.stderr
    assert '"incivility"' in done.stdout


@pytest.mark.parametrize("verb", ["train", "retrain", "evaluate"])
def test_a_training_verb_is_listed_and_says_what_to_install(installed: Path, verb: str) -> None:
    assert verb in comity(installed, "--help").stdout
    (installed / "labels.jsonl").touch()
    options = {
        "train": ["--corpora", ".", "--out", "made"],
        "retrain": ["--labels", "labels.jsonl", "--out", "made"],
        "evaluate": [".", "--suites"],
    }
    done = comity(installed, verb, *options[verb])
    assert done.returncode == 2
    assert "pip install '.[train]'" in done.stderr


def test_the_image_runs_as_nobody_in_particular_and_asks_for_readiness() -> None:
    last_stage = instructions("FROM " + DOCKERFILE.split("\nFROM ")[-1])
    users = [rest for instruction, rest in last_stage if instruction == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    assert any(i == "HEALTHCHECK" and "/readyz" in rest for i, rest in last_stage)
    assert all(":latest" not in rest for i, rest in last_stage if i == "FROM")


def test_hadolint_finds_nothing_to_warn_of() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    command = [hadolint, "--no-color", "--failure-threshold", "warning", ROOT / "Dockerfile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

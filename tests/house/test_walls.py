"""The rooms and their direction: service -> model <- training, never across, never back."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY = {"service": {"service", "model"}, "training": {"training", "model"}, "model": {"model"}}
FORBIDDEN = {
    "model": {"flask", "sqlalchemy", "torch", "transformers", "datasets", "sklearn", "rich"},
    "service": {"torch", "transformers", "datasets", "sklearn", "openvino", "onnxruntime", "rich"},
    "training": {"flask", "sqlalchemy", "alembic", "gunicorn"},
}
ENGINES = {"openvino", "onnxruntime"}


def imports_of(source: str) -> Iterator[str]:
    """Yield the top-level package of every import, those inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def wrong_imports(root: Path) -> list[str]:
    """Return one sentence for each import that goes through a wall."""
    return [
        f"{file.relative_to(root)} imports {name}"
        for room, may in MAY.items()
        for file in sorted((root / room).rglob("*.py"))
        for name in imports_of(file.read_text(encoding="utf-8"))
        if name in (MAY.keys() - may) | FORBIDDEN[room]
    ]


def test_no_room_imports_through_a_wall() -> None:
    assert wrong_imports(ROOT) == []


def test_an_import_hidden_in_a_function_is_found(tmp_path: Path) -> None:
    for room in MAY:
        (tmp_path / room).mkdir()
    (tmp_path / "model" / "bad.py").write_text("def f():\n    from service.app import x\n")
    assert wrong_imports(tmp_path) == ["model/bad.py imports service"]


def test_only_the_runtime_imports_an_inference_engine() -> None:
    importers = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "model").rglob("*.py")
        if ENGINES & set(imports_of(file.read_text(encoding="utf-8")))
    }
    assert importers == {"model/runtime.py"}


@pytest.mark.parametrize("module", ["service.app", "service.cli", "service.server", "model.scorer"])
def test_a_fresh_process_that_serves_has_no_torch(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'torch', 'transformers'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_loads_a_pickle() -> None:
    loaders = {"pickle", "joblib", "dill", "cloudpickle", "shelve"}
    guilty = [
        file.relative_to(ROOT).as_posix()
        for room in MAY
        for file in (ROOT / room).rglob("*.py")
        if loaders & set(imports_of(file.read_text(encoding="utf-8")))
        or "torch.load" in file.read_text(encoding="utf-8")
    ]
    assert guilty == []

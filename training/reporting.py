"""Whom a run may report its losses to; looked at before anything is read, for it is needed late."""

import importlib.util
from collections.abc import Mapping
from typing import Final

from training.errors import TrainingError

NOBODY: Final = "none"
# The Trainer's name for each: the module that it imports, and what to type where that is missing.
PACKAGES: Final[Mapping[str, tuple[str, str]]] = {
    "tensorboard": ("tensorboard", "pip install tensorboard"),
    "mlflow": ("mlflow", "pip install mlflow"),
    "wandb": ("wandb", "pip install wandb"),
    "trackio": ("trackio", "pip install trackio"),
    "comet_ml": ("comet_ml", "pip install comet-ml"),
    "clearml": ("clearml", "pip install clearml"),
    "codecarbon": ("codecarbon", "pip install codecarbon"),
    "dvclive": ("dvclive", "pip install dvclive"),
    "swanlab": ("swanlab", "pip install swanlab"),
}


def check(name: str) -> None:
    """Raise ``TrainingError`` where ``name`` is nobody's, or its package is not installed."""
    if name == NOBODY:
        return
    if name not in PACKAGES:
        raise TrainingError(f"--report-to {name}: must be one of {NOBODY}, {', '.join(PACKAGES)}")
    module, install = PACKAGES[name]
    if importlib.util.find_spec(module) is None:
        raise TrainingError(f"--report-to {name}: its package is not installed: {install}")

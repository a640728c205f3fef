"""Whom losses are reported to is looked at before anything is read."""

import pytest
from transformers.integrations.integration_utils import INTEGRATION_TO_CALLBACK

from training import reporting
from training.errors import TrainingError


def test_the_trainer_knows_every_name() -> None:
    assert set(reporting.PACKAGES) <= set(INTEGRATION_TO_CALLBACK)


def test_nobody_and_what_is_installed_pass() -> None:
    reporting.check("none")
    reporting.check("tensorboard")


def test_a_name_that_is_nobodys_and_a_missing_package_are_refused_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(TrainingError, match="tensorbord: must be one of none, tensorboard"):
        reporting.check("tensorbord")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(TrainingError, match=r"comet_ml: its package .*: pip install comet-ml"):
        reporting.check("comet_ml")

"""Models that could not be trained are listed with AutoGluon's own reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.tabular.training.untrained_models import untrained_models

ASKED = {"DUMMY": {}, "FASTAI": {}}


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> TabularPredictor:
    """A predictor whose neural network needs fastai, which this environment lacks."""
    rows = pd.DataFrame({"x": np.arange(60.0), "y": np.arange(60) % 2})
    path = Path(tmp_path_factory.mktemp("untrained")) / "fit"
    found = TabularPredictor("y", path=str(path), verbosity=0)
    return found.fit(rows, hyperparameters=ASKED, fit_weighted_ensemble=False)


def test_a_model_that_failed_is_named_with_the_exceptions_line(predictor: TabularPredictor) -> None:
    (found,) = untrained_models(predictor, {"hyperparameters": ASKED})
    assert (found.model, found.error) == ("NeuralNetFastAI", "ImportError")
    assert "fastai" in found.reason
    assert "\n" not in found.reason


def test_a_model_that_was_never_begun_is_named_by_its_key(predictor: TabularPredictor) -> None:
    asked = {**ASKED, "RF": {}, "XT": {}, "my_own": {}}
    fit_args = {"hyperparameters": asked, "excluded_model_types": ["XT"]}
    begun, never = untrained_models(predictor, fit_args)
    assert begun.model == "NeuralNetFastAI"
    assert (never.model, never.error) == ("RF", "NotBegun")


def test_without_named_models_only_failures_are_told(predictor: TabularPredictor) -> None:
    assert len(untrained_models(predictor, {})) == 1
    assert len(untrained_models(predictor, {"hyperparameters": "default"})) == 1

"""Models that could not be trained are listed with AutoGluon's own reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.jobs import train
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.tabular.training.fit_arguments import require_modules
from autogluon_jobs.tabular.training.untrained_models import untrained_models
from tests.unit.containers.job_folder import JobFolder

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


def test_advice_is_for_models_that_the_image_has(predictor: TabularPredictor) -> None:
    asked = {"hyperparameters": ASKED}
    (found,) = untrained_models(predictor, asked, "Run `make setup-full`.")
    assert found.reason.endswith(". Run `make setup-full`.")
    assert "fastai" in found.reason


def test_a_model_that_was_never_begun_is_named_by_its_key(predictor: TabularPredictor) -> None:
    asked = {**ASKED, "RF": {}, "XT": {}, "my_own": {}}
    fit_args = {"hyperparameters": asked, "excluded_model_types": ["XT"]}
    begun, never = untrained_models(predictor, fit_args)
    assert begun.model == "NeuralNetFastAI"
    assert (never.model, never.error) == ("RF", "NotBegun")


def test_without_named_models_only_failures_are_told(predictor: TabularPredictor) -> None:
    assert len(untrained_models(predictor, {})) == 1
    assert len(untrained_models(predictor, {"hyperparameters": "default"})) == 1


def test_a_named_model_without_its_module_ends_the_job_at_its_start(tmp_path: Path) -> None:
    job = JobFolder(tmp_path)
    job.put("train", "a.csv", "x,y\n1,0\n")
    job.put_job("y", fit_args={"hyperparameters": {"GBM": {}, "NN_TORCH": {}}})

    assert train.main([], job.environ()) == 1
    assert job.failure == (
        "fit_args.hyperparameters.NN_TORCH: AutoGluon would leave this model out, as it needs a "
        "module that is missing here: No module named 'torch'."
    )


def test_models_that_are_excluded_or_a_presets_need_no_module() -> None:
    require_modules({"hyperparameters": {"GBM": {}, "NN_TORCH": {}},
                     "excluded_model_types": ["NN_TORCH"]})  # fmt: skip
    require_modules({"presets": "medium"})
    with pytest.raises(InputError, match=r"FT_TRANSFORMER.*'autogluon\.multimodal'"):
        require_modules({"hyperparameters": {"FT_TRANSFORMER": {}}})

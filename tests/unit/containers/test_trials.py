"""A training job as a trial of a tuning job: its values and its objective."""

from __future__ import annotations

import json
import re

import pytest

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.jobs.log_lines import OBJECTIVE, metric_pattern
from autogluon_jobs.jobs.train import main
from autogluon_jobs.jobs.trials import with_tuned_values
from autogluon_jobs.messages.errors import InputError
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import TINY_FIT, JobFolder

ROUNDS = "fit_args.hyperparameters.GBM.num_boost_round"


def _config(*tuned: str) -> TrainingJobConfig:
    return TrainingJobConfig(
        predictor="shop", run="r", type="tabular", framework_version="1.6.3", init_args={},
        fit_args=TINY_FIT, max_runtime_seconds=60, data={}, tuned=tuned or None,
    )  # fmt: skip


def test_a_trials_values_replace_the_arguments():
    folds = "fit_args.num_bag_folds"
    environ = {"SM_HPS": json.dumps({ROUNDS: 7, folds: 2})}

    config = with_tuned_values(_config(ROUNDS, folds), environ)

    assert config.fit_args == {
        **TINY_FIT, "hyperparameters": {"GBM": {"num_boost_round": 7}}, "num_bag_folds": 2,
    }  # fmt: skip
    assert TINY_FIT["hyperparameters"] == {"GBM": {"num_boost_round": 25}}


@pytest.mark.parametrize(
    ("tuned", "given", "sentence"),
    [
        ((), {"depth": 3}, 'Hyperparameters are not supported: "depth".'),
        ((ROUNDS,), {}, f'The trial has no value for "{ROUNDS}".'),
    ],
)
def test_other_hyperparameters_than_the_tuned_ones_are_refused(tuned, given, sentence):
    with pytest.raises(InputError) as caught:
        with_tuned_values(_config(*tuned), {"SM_HPS": json.dumps(given)})
    assert str(caught.value).startswith(sentence)


def test_a_trial_prints_its_validation_score_in_full(job: JobFolder, capfd):
    job.put("train", "a.csv", shop_data.csv_of(shop_data.rows(150)))
    job.put_job(shop_data.LABEL, tuned=[ROUNDS])

    assert main([], {**job.environ(), "SM_HPS": json.dumps({ROUNDS: 3})}) == 0

    printed = capfd.readouterr().out
    assert f"Tuned: {ROUNDS}=3" in printed
    [score] = re.findall(metric_pattern(OBJECTIVE), printed)
    assert float(score) == job.metrics()["validation_score"]

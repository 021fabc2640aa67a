"""Choose hyperparameters by the strategy of a tuning job, with optuna.

SageMaker's own optimisers are not published. Optuna's tree-structured Parzen estimator replaces
the Gaussian process of the Bayesian strategy.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState

from embedded_aws.sagemaker.tuning.ranges import Range
from embedded_aws.sagemaker.tuning.tuning_job import Trial, TuningJob

_FIRST_RANDOM_JOBS = 4

optuna.logging.set_verbosity(optuna.logging.WARNING)


class Search:
    """Asks the optimiser for values and tells it the results."""

    def __init__(self, job: TuningJob, ranges: Mapping[str, Range]) -> None:
        self._ranges = ranges
        self._distributions = {name: item.distribution for name, item in ranges.items()}
        self._stops_early = job.config.get("TrainingJobEarlyStoppingType") == "Auto"
        self._study = optuna.create_study(
            direction="maximize" if job.sign > 0 else "minimize",
            sampler=_sampler(job.config),
            # SageMaker's early stopping compares with the median of earlier jobs at the same step.
            pruner=optuna.pruners.MedianPruner(n_startup_trials=_FIRST_RANDOM_JOBS),
        )
        self._asked: dict[str, optuna.trial.Trial] = {}
        self._reported: dict[str, int] = {}
        if job.config["Strategy"] == "Grid":
            # Optuna's own sampler ends the study that has no combination left, which it cannot
            # from outside of `optimize`.
            for values in itertools.product(*map(_choices, ranges.values())):
                self._study.enqueue_trial(dict(zip(ranges, values, strict=True)))
        for ancestor in job.with_ancestors()[1:]:
            for trial in ancestor.trials:
                self._learn(trial)

    def _learn(self, trial: Trial) -> None:
        """Take the result of an earlier tuning job, if its values are within the ranges."""
        if trial.value is None or not self._ranges.keys() <= trial.chosen.keys():
            return
        try:
            values = {n: item.from_text(trial.chosen[n]) for n, item in self._ranges.items()}
        except ValueError:
            return
        self._study.add_trial(
            optuna.trial.create_trial(
                params=values, distributions=self._distributions, value=trial.value
            )
        )

    def choose(self, name: str) -> dict[str, str]:
        """Return the hyperparameters of the training job `name`."""
        asked = self._asked[name] = self._study.ask(self._distributions)
        return {key: self._ranges[key].to_text(value) for key, value in asked.params.items()}

    def should_stop(self, trial: Trial) -> bool:
        """Tell whether a running job is so bad that it stops early."""
        if not self._stops_early:
            return False
        name, asked = trial.job.name, self._asked[trial.job.name]
        values = trial.job.metrics.values(trial.objective["MetricName"])
        for step in range(self._reported.get(name, 0), len(values)):
            asked.report(values[step], step + 1)
        self._reported[name] = len(values)
        return bool(values) and asked.should_prune()

    def learn_result(self, trial: Trial) -> None:
        """Take the result of a job that has ended."""
        asked = self._asked[trial.job.name]
        if trial.value is None:
            self._study.tell(asked, state=TrialState.FAIL)
        else:
            self._study.tell(asked, trial.value)


def grid_size(ranges: Mapping[str, Range]) -> int:
    """Return how many combinations categorical ranges have."""
    size = 1
    for item in ranges.values():
        size *= len(_choices(item))
    return size


def _choices(item: Range) -> list[Any]:
    distribution = item.distribution
    assert isinstance(distribution, CategoricalDistribution)
    return list(distribution.choices)


def _sampler(config: Mapping[str, Any]) -> optuna.samplers.BaseSampler:
    seed = config.get("RandomSeed")
    if config["Strategy"] in ("Random", "Grid"):
        return optuna.samplers.RandomSampler(seed=seed)
    # The constant liar keeps jobs that run at the same time apart.
    return optuna.samplers.TPESampler(
        n_startup_trials=_FIRST_RANDOM_JOBS, seed=seed, constant_liar=True
    )

"""Build the CreateHyperParameterTuningJob request from that of one training job."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.tuning_spec import RangeType, TuningRange, TuningSpec
from autogluon_contracts.jobs.log_lines import OBJECTIVE, metric_pattern, model_metric_pattern
from autogluon_lambdas.logic.programs.program import TrialObjective

MOST_PARENTS = 5
"""SageMaker's limit of the tuning jobs that one learns from."""


@dataclass(frozen=True)
class TrialInstances:
    """What trials run on: a ResourceConfig for each type, in the order in which they are tried.

    `volume_size_gb` is what a trial needs, of a volume or of local disks.
    """

    types: Sequence[Mapping[str, Any]]
    volume_size_gb: int

    def members(self) -> dict[str, Any]:
        """Return members of the trials' definition; of several types, SageMaker itself chooses."""
        if len(self.types) == 1:
            return {"ResourceConfig": self.types[0]}
        configs = [
            {
                "InstanceType": each["InstanceType"],
                "InstanceCount": each["InstanceCount"],
                "VolumeSizeInGB": self.volume_size_gb,
            }
            for each in self.types
        ]
        # The settings see to it that all types take the key, or none.
        key = _given(VolumeKmsKeyId=self.types[0].get("VolumeKmsKeyId"))
        return {
            "HyperParameterTuningResourceConfig": {
                "AllocationStrategy": "Prioritized",
                "InstanceConfigs": configs,
                **key,
            }
        }


def tuning_job_request(
    trial: Mapping[str, Any],
    tuning: TuningSpec,
    instances: TrialInstances,
    parents: Sequence[str] = (),
    *,
    objective: TrialObjective | None = None,
) -> dict[str, Any]:
    """Return the complete request.

    Args:
        trial: the CreateTrainingJob request of a job with the tuning job's name and tags.
        tuning: what is searched.
        instances: what its trials run on.
        parents: the tuning jobs that it learns from.
        objective: what trials are compared by, of an algorithm whose metrics SageMaker knows.
    """
    tuned = [tuning_name(path, objective) for path in tuning.ranges]
    own = (
        "TrainingJobName",
        "HyperParameters",
        "Tags",
        "AlgorithmSpecification",
        "ResourceConfig",
    )
    return {
        "HyperParameterTuningJobName": trial["TrainingJobName"],
        "HyperParameterTuningJobConfig": _config(tuning, objective),
        "TrainingJobDefinition": {
            # What is tuned cannot be given as well.
            "StaticHyperParameters": {
                name: value for name, value in trial["HyperParameters"].items() if name not in tuned
            },
            "AlgorithmSpecification": {
                **trial["AlgorithmSpecification"],
                # SageMaker takes fewer metrics than of a training job.
                **({"MetricDefinitions": _metrics(tuning)} if objective is None else {}),
            },
            **{name: value for name, value in trial.items() if name not in own},
            **instances.members(),
        },
        "Tags": trial["Tags"],
        **_warm_start(parents),
    }


def tuning_name(path: str, objective: TrialObjective | None) -> str:
    """Return the hyperparameter of a range: the container code knows it by its path."""
    return path if objective is None else objective.tuned_name(path)


def _warm_start(parents: Sequence[str]) -> dict[str, Any]:
    if not parents:
        return {}
    return {
        "WarmStartConfig": {
            "ParentHyperParameterTuningJobs": [
                {"HyperParameterTuningJobName": name} for name in parents
            ],
            # Each run has a `config` channel of its own, so that the data are never identical.
            "WarmStartType": "TransferLearning",
        }
    }


def _config(tuning: TuningSpec, objective: TrialObjective | None) -> dict[str, Any]:
    def named(path: str) -> str:
        return tuning_name(path, objective)

    config: dict[str, Any] = {
        "Strategy": tuning.strategy,
        "HyperParameterTuningJobObjective": {
            "Type": tuning.objective_type if objective is None else objective.type,
            "MetricName": OBJECTIVE if objective is None else objective.metric,
        },
        "ResourceLimits": _given(
            MaxNumberOfTrainingJobs=tuning.max_jobs,
            MaxParallelTrainingJobs=tuning.max_parallel_jobs,
            MaxRuntimeInSeconds=tuning.max_runtime_seconds,
        ),
        "ParameterRanges": {
            "ContinuousParameterRanges": list(_numbers(tuning, "continuous", named)),
            "IntegerParameterRanges": list(_numbers(tuning, "integer", named)),
            "CategoricalParameterRanges": [
                # As the toolkit decodes them: a text keeps its quotes.
                {"Name": named(path), "Values": [json.dumps(value) for value in item.values]}
                for path, item in _of_type(tuning, "categorical")
            ],
        },
        "TrainingJobEarlyStoppingType": "Off",
    }
    most = tuning.max_jobs_not_improving
    criteria = _given(
        TargetObjectiveMetricValue=tuning.target_value,
        BestObjectiveNotImproving=most and {"MaxNumberOfTrainingJobsNotImproving": most},
    )
    if criteria:
        config["TuningJobCompletionCriteria"] = criteria
    return {**config, **_given(RandomSeed=tuning.random_seed)}


def _metrics(tuning: TuningSpec) -> list[dict[str, str]]:
    own = tuning.objective
    pattern = metric_pattern(OBJECTIVE) if own is None else own.regex
    return [
        {"Name": OBJECTIVE, "Regex": pattern},
        {"Name": "validation:score", "Regex": model_metric_pattern("val_score")},
        {"Name": "fit:seconds", "Regex": model_metric_pattern("fit_seconds")},
    ]


def _numbers(
    tuning: TuningSpec, kind: RangeType, named: Callable[[str], str]
) -> Iterator[dict[str, str]]:
    for path, item in _of_type(tuning, kind):
        yield {
            "Name": named(path),
            "MinValue": str(item.min),
            "MaxValue": str(item.max),
            "ScalingType": item.scaling,
        }


def _of_type(tuning: TuningSpec, kind: RangeType) -> Iterator[tuple[str, TuningRange]]:
    return ((path, item) for path, item in tuning.ranges.items() if item.type == kind)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}

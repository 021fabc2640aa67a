"""The operations on tuning jobs."""

from __future__ import annotations

from typing import Any, cast

from autogluon_contracts.documents.tuning_rules import MOST_TRIALS
from autogluon_contracts.documents.tuning_spec import LARGEST_SEED
from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.sagemaker.errors import invalid, job_in_use
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore, tags_of
from embedded_aws.sagemaker.state_changes import TUNING_JOB
from embedded_aws.sagemaker.training.algorithm_metrics import with_algorithm_metrics
from embedded_aws.sagemaker.training.training_job import TrainingJob
from embedded_aws.sagemaker.training.training_jobs import TrainingJobs
from embedded_aws.sagemaker.tuning.ranges import Range, parse_ranges
from embedded_aws.sagemaker.tuning.search import grid_size
from embedded_aws.sagemaker.tuning.tuning_job import IDENTICAL, KIND, TuningJob
from embedded_aws.sagemaker.tuning.tuning_runner import TuningRunner, trial_requests

_MOST_PARENTS = 5  # WarmStartConfig, "you can specify up to five previous tuning jobs"


class TuningJobs:
    """The operations on tuning jobs, whose trials are training jobs."""

    def __init__(self, service: SageMaker, training_jobs: TrainingJobs) -> None:
        self._service, self._training_jobs = service, training_jobs

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateHyperParameterTuningJob": self._create,
            "DescribeHyperParameterTuningJob": lambda call: self._find(call).describe(),
            "ListHyperParameterTuningJobs": self._list,
            "ListTrainingJobsForHyperParameterTuningJob": self._list_trials,
            "StopHyperParameterTuningJob": lambda call: self._find(call).request_stop(),
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["HyperParameterTuningJobName"]
        ranges = _checked_ranges(request)
        for trial in trial_requests(request, f"{name}-001", {}):
            self._training_jobs.check(trial, call.region)
        with store.lock:
            table = _jobs(store)
            if name in table:
                raise job_in_use("Hyperparameter tuning job", table[name].arn)
            job = TuningJob(
                name=name,
                arn=store.arn(KIND, name),
                request=request,
                status="InProgress",
                tags=tags_of(request),
                region=call.region,
                parents=_parents(table, request),
            )
            runner = TuningRunner(self._service, self._training_jobs, job, ranges)
            store.table(KIND)[name] = job
        self._service.say(f"tuning job {name} started")
        self._service.watch(job, job.describe, TUNING_JOB)
        job.begin()
        self._service.start(f"tuning-{name}", runner.run)
        return {"HyperParameterTuningJobArn": job.arn}

    def _list(self, call: ApiCall) -> dict[str, Any]:
        jobs = _jobs(self._service.region(call.region)).values()
        return list_page(
            call,
            jobs,
            "HyperParameterTuningJobSummaries",
            TuningJob.summarize,
            sort_by="Name",
            descending=False,
        )

    def _list_trials(self, call: ApiCall) -> dict[str, Any]:
        job = self._find(call)
        trials = {trial.job.name: trial for trial in list(job.trials)}
        if call.params.get("SortBy") == "FinalObjectiveMetricValue":
            # As documented: jobs that did not return a value are not listed.
            trials = {name: trial for name, trial in trials.items() if trial.value is not None}

        def summarize(training_job: TrainingJob) -> dict[str, Any]:
            return trials[training_job.name].summarize()

        return list_page(
            call,
            [trial.job for trial in trials.values()],
            "TrainingJobSummaries",
            summarize,
            sort_by="Name",
            descending=False,
            sort_keys={"FinalObjectiveMetricValue": lambda item: trials[item.name].value},
        )

    def _find(self, call: ApiCall) -> TuningJob:
        name = call.params["HyperParameterTuningJobName"]
        job = _jobs(self._service.region(call.region)).get(name)
        if job is None:
            raise ApiError(
                "ResourceNotFound",
                f"Amazon SageMaker can't find a tuning job with the name {name}.",
            )
        return job


def _jobs(store: RegionStore) -> dict[str, TuningJob]:
    return cast(dict[str, TuningJob], store.table(KIND))


def _checked_ranges(request: dict[str, Any]) -> dict[str, Range]:
    """Return the ranges of a request; refuse what SageMaker refuses beyond its model."""
    config, definition = (
        request["HyperParameterTuningJobConfig"],
        request.get("TrainingJobDefinition"),
    )
    objective = config.get("HyperParameterTuningJobObjective")
    if definition is None or objective is None:
        raise invalid("TrainingJobDefinition and HyperParameterTuningJobObjective are required.")
    trial = {**definition, "HyperParameters": definition.get("StaticHyperParameters")}
    algorithm = with_algorithm_metrics(trial)["AlgorithmSpecification"]
    metrics = algorithm.get("MetricDefinitions") or ()
    if objective["MetricName"] not in {metric["Name"] for metric in metrics}:
        raise invalid(
            f"The objective metric {objective['MetricName']!r} must be one of MetricDefinitions."
        )
    ranges = parse_ranges(config)
    both = ranges.keys() & (definition.get("StaticHyperParameters") or {}).keys()
    if both:
        raise invalid(f"Hyperparameters are both static and tuned: {', '.join(sorted(both))}.")
    _check_limits(config, ranges)
    return ranges


def _check_limits(config: dict[str, Any], ranges: dict[str, Range]) -> None:
    if config.get("RandomSeed", 0) > LARGEST_SEED:
        raise invalid(f"RandomSeed must be at most {LARGEST_SEED}, got {config['RandomSeed']}.")
    limits, strategy = config["ResourceLimits"], config["Strategy"]
    most, parallel = limits.get("MaxNumberOfTrainingJobs"), limits["MaxParallelTrainingJobs"]
    trials = grid_size(ranges) if strategy == "Grid" else most or 0
    if trials > MOST_TRIALS[strategy]:
        raise ApiError(
            "ResourceLimitExceeded",
            f"A tuning job of the {strategy} strategy has at most {MOST_TRIALS[strategy]} training "
            f"jobs, got {trials}.",
        )
    if strategy == "Grid":
        if most not in (None, grid_size(ranges)):
            raise invalid(
                f"MaxNumberOfTrainingJobs of the Grid strategy must be the number of combinations "
                f"({grid_size(ranges)}), or absent; got {most}."
            )
    elif most is None:
        raise invalid(f"MaxNumberOfTrainingJobs is required by the {strategy} strategy.")
    elif parallel > most:
        raise invalid(
            f"MaxParallelTrainingJobs ({parallel}) must be at most "
            f"MaxNumberOfTrainingJobs ({most})."
        )


def _parents(table: dict[str, TuningJob], request: dict[str, Any]) -> list[TuningJob]:
    config = request.get("WarmStartConfig") or {}
    names = [
        parent.get("HyperParameterTuningJobName", "")
        for parent in config.get("ParentHyperParameterTuningJobs") or ()
    ]
    if len(names) > _MOST_PARENTS:
        raise invalid(f"A tuning job starts from at most {_MOST_PARENTS} others, got {len(names)}.")
    parents = []
    for name in names:
        parent = table.get(name)
        if parent is None or parent.status in {"InProgress", "Stopping"}:
            raise invalid(f"WarmStartConfig: {name!r} must be a tuning job that has ended.")
        _check_comparable(parent, request)
        if config["WarmStartType"] == IDENTICAL:
            _check_identical(parent, request)
        parents.append(parent)
    return parents


def _check_comparable(parent: TuningJob, request: dict[str, Any]) -> None:
    """Refuse what both types of warm start need, by botocore's model of WarmStartType."""
    objective = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    if objective != parent.objective:
        raise invalid(
            f"WarmStartConfig needs the objective metric of {parent.name!r}, {parent.objective}; "
            f"got {objective}."
        )
    own, other = _count_hyperparameters(request), _count_hyperparameters(parent.request)
    if own != other:
        raise invalid(
            f"WarmStartConfig needs as many hyperparameters, static and tunable together, as "
            f"{parent.name!r} has, {other}; got {own}."
        )


def _count_hyperparameters(request: dict[str, Any]) -> int:
    ranges = request["HyperParameterTuningJobConfig"].get("ParameterRanges") or {}
    static = request["TrainingJobDefinition"].get("StaticHyperParameters") or {}
    return len(static) + sum(map(len, ranges.values()))


def _check_identical(parent: TuningJob, request: dict[str, Any]) -> None:
    own, other = request["TrainingJobDefinition"], parent.request["TrainingJobDefinition"]
    images = [item["AlgorithmSpecification"].get("TrainingImage") for item in (own, other)]
    if own.get("InputDataConfig") != other.get("InputDataConfig") or images[0] != images[1]:
        raise invalid(
            f"WarmStartType {IDENTICAL} needs the input data and the image of "
            f"{parent.name!r}; use TransferLearning for other ones."
        )

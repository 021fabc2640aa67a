"""Carry out one tuning job: start training jobs side by side until a limit is reached."""

from __future__ import annotations

import math
import time
import uuid
from typing import Any

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.planned_faults import first_with_capacity
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.training.training_jobs import TrainingJobs
from embedded_aws.sagemaker.tuning.ranges import Range
from embedded_aws.sagemaker.tuning.resource_configs import resource_configs
from embedded_aws.sagemaker.tuning.search import Search, grid_size
from embedded_aws.sagemaker.tuning.tuning_job import Trial, TuningJob

_POLL_SECONDS = 0.2
_JOBS_WITHOUT_OBJECTIVE = 5
_IMPROVEMENT = 0.01  # botocore's model, BestObjectiveNotImproving: "by 1% or greater"
_NO_OBJECTIVE = (
    f"No objective metrics found after running {_JOBS_WITHOUT_OBJECTIVE} training jobs. Please "
    "ensure that the custom algorithm is emitting the objective metric as defined by the regular "
    "expression provided."
)
_ALL_FAILED = (
    "All training jobs failed. Please take a look at the training jobs failures to get more "
    "details."
)


class TuningRunner:
    """Takes a tuning job to its end; `run` is the thread's work and never raises."""

    def __init__(
        self,
        service: SageMaker,
        training_jobs: TrainingJobs,
        job: TuningJob,
        ranges: dict[str, Range],
    ) -> None:
        self._service, self._training_jobs, self._job = service, training_jobs, job
        self._search = Search(job, ranges)
        limits, criteria = (
            job.config["ResourceLimits"],
            job.config.get("TuningJobCompletionCriteria") or {},
        )
        self._most_jobs: int = (
            grid_size(ranges)
            if job.config["Strategy"] == "Grid"
            else limits["MaxNumberOfTrainingJobs"]
        )
        self._most_parallel: int = limits["MaxParallelTrainingJobs"]
        self._deadline = time.monotonic() + limits.get("MaxRuntimeInSeconds", float("inf"))
        self._target: float | None = criteria.get("TargetObjectiveMetricValue")
        self._patience: int | None = (criteria.get("BestObjectiveNotImproving") or {}).get(
            "MaxNumberOfTrainingJobsNotImproving"
        )
        self._ended: list[Trial] = []

    def run(self) -> None:
        """Run the job; every failure ends it as Failed with a reason."""
        job = self._job
        try:
            failure = self._search_on()
        except ApiError as error:
            failure = error.message
        except Exception as error:  # noqa: BLE001 - a thread's last resort: the job must end
            failure = f"InternalServerError: {type(error).__name__}: {error}"
        self._end_trials()
        if self._service.closing.is_set():
            return
        status, reason = self._outcome(failure)
        job.end(status, reason)
        self._service.say(f"tuning job {job.name}: {status} {reason or ''}".rstrip())

    def _search_on(self) -> str | None:
        """Start trials until the search is over; return why it failed, if it did."""
        job = self._job
        while not self._service.closing.is_set():
            self._read_results()
            if job.stop.is_set() or self._is_complete():
                break
            if self._has_no_objective():
                return _NO_OBJECTIVE
            running = self._running()
            free = self._most_parallel - len(running)
            for _ in range(min(free, self._most_jobs - len(job.trials))):
                running.append(self._start_trial())
            if not running:
                break
            time.sleep(_POLL_SECONDS)
        return None

    def _end_trials(self) -> None:
        """Stop what still runs, and wait for its end: the job ends after its trials."""
        while (running := self._running()) and not self._service.closing.is_set():
            for trial in running:
                self._stop_trial(trial)
            time.sleep(_POLL_SECONDS)

    def _outcome(self, failure: str | None) -> tuple[str, str | None]:
        """Return the job's last status and the reason of a failure."""
        if failure is not None:
            return "Failed", failure
        if self._job.stop.is_set():
            return "Stopped", None
        if all(trial.status == "Failed" for trial in self._job.trials):
            return "Failed", _ALL_FAILED
        return "Completed", None

    def _running(self) -> list[Trial]:
        return [trial for trial in self._job.trials if trial.is_running]

    def _start_trial(self) -> Trial:
        job = self._job
        number = len(job.trials) + 1
        name = f"{job.name}-{number:03}-{uuid.uuid4().hex[:8]}"
        chosen = self._search.choose(name)
        request, faults = first_with_capacity(
            self._service, "CreateTrainingJob", trial_requests(job.request, name, chosen)
        )
        started = self._training_jobs.create(
            request, job.region, tuning_job_arn=job.arn, faults=faults
        )
        trial = Trial(started, chosen, dict(job.objective))
        with job.lock:
            job.trials.append(trial)
        return trial

    def _read_results(self) -> None:
        """Tell the search what has ended, and stop early what it gives up."""
        for trial in self._job.trials:
            if trial in self._ended:
                continue
            if not trial.is_running:
                self._ended.append(trial)
                self._search.learn_result(trial)
            elif trial.status == "InProgress" and self._search.should_stop(trial):
                self._stop_trial(trial)

    def _is_complete(self) -> bool:
        """Tell whether a completion criterion or the time limit is reached."""
        if time.monotonic() > self._deadline:
            return True
        best = self._job.best(self._ended)
        if best is None or best.value is None:
            return False
        sign = self._job.sign
        if self._target is not None and sign * best.value >= sign * self._target:
            return True
        return self._patience is not None and self._not_improving() >= self._patience

    def _not_improving(self) -> int:
        """Count the trials since the last one that was better than all before by a percent."""
        best, since = -math.inf, 0
        for trial in self._ended:
            if trial.value is None:
                continue
            value = self._job.sign * trial.value
            if value > best and (math.isinf(best) or value - best >= _IMPROVEMENT * abs(best)):
                best, since = value, 0
            else:
                since += 1
        return since

    def _has_no_objective(self) -> bool:
        completed = [trial for trial in self._ended if trial.status == "Completed"]
        return len(completed) >= _JOBS_WITHOUT_OBJECTIVE and all(
            trial.value is None for trial in completed
        )

    def _stop_trial(self, trial: Trial) -> None:
        if trial.status == "InProgress":
            try:
                trial.job.request_stop()
            except ApiError:
                return  # it has just ended


def trial_requests(
    request: dict[str, Any], name: str, chosen: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the CreateTrainingJob request of one trial for each instance type, in their order.

    It has the tuning job's tags.

    Raises:
        ApiError: the instance types are not given as SageMaker takes them.
    """
    definition = dict(request["TrainingJobDefinition"])
    resources = resource_configs(definition)
    static = definition.pop("StaticHyperParameters", None) or {}
    objective = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    trial = {
        **definition,
        "TrainingJobName": name,
        # The toolkit knows the last one (sagemaker_training.params.TUNING_METRIC_PARAM).
        "HyperParameters": {
            **static,
            **chosen,
            "_tuning_objective_metric": objective["MetricName"],
        },
        "Tags": request.get("Tags") or [],
    }
    return [{**trial, "ResourceConfig": each} for each in resources]

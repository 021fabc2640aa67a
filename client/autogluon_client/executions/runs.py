"""List the runs of an environment and find them by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.data.storage import read_bytes
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import RunNotFoundError
from autogluon_client.executions.names import job_name_of
from autogluon_client.executions.run import STATUSES, Run
from autogluon_contracts import names

WORKFLOWS = ("train", "tune", "batch_predict", "promote", "drift", "process", "mirror_weights")
TRAINING = ("train", "tune")
"""Workflows whose runs register a model, with its leaderboard and report."""
# SageMaker jobs that a run may start, by workflow: a batch picks its engine.
_JOB_KINDS: Mapping[str, tuple[names.JobKind, ...]] = {
    "train": ("Training",),
    "tune": ("Training",),
    "batch_predict": ("Transform", "Processing"),
    "promote": (),
    "drift": ("Processing",),
    "process": ("Processing",),
    "mirror_weights": ("Processing",),
}
_AT_ONCE = 16
# No job has a name of more than 63 characters, which is invalid.
_ABSENT = ("ValidationException", "ResourceNotFound")
# How the Train state machine names the promotion that it starts: this and the job's name.
_NESTED = "train-"


@dataclass(frozen=True)
class RunRecord:
    """What is known of one run.

    Attributes:
        status: `InProgress`, `Completed`, `Failed` or `Stopped`.
        output: the execution's, once it has completed.
    """

    workflow: str
    name: str
    arn: str
    status: str
    predictor: str
    started: datetime
    ended: datetime | None
    arguments: dict[str, Any]
    output: dict[str, Any] | None
    error: str | None
    cause: str | None

    @property
    def job_name(self) -> str | None:
        """Return the name of the SageMaker job that does the work; None for promotions.

        Of a tuning run that is the tuning job; its trials' names begin with it.
        """
        if not _JOB_KINDS[self.workflow]:
            return None
        return job_name_of(self.workflow, self.subject, self.arn)

    @property
    def subject(self) -> str:
        """Return what jobs of the run are named after: the predictor, or the set of weights."""
        return self.predictor or str(self.arguments.get("name", ""))

    @property
    def is_nested(self) -> bool:
        """Tell whether a training run started this promotion by itself."""
        if self.workflow != "promote" or not self.name.startswith(_NESTED):
            return False
        job_name = self.name.removeprefix(_NESTED)
        return names.execution_name_in(job_name, self.predictor) is not None

    @property
    def seconds(self) -> float | None:
        """Return the wall-clock seconds from start to end; None while it runs."""
        return None if self.ended is None else (self.ended - self.started).total_seconds()

    def handle(self, connection: Connection) -> Run:
        """Return what follows and stops the run."""
        return Run(connection, self.workflow, self.name)

    def document(self) -> dict[str, Any]:
        """Return all of it as JSON-ready values."""
        return {
            "name": self.name,
            "workflow": self.workflow,
            "predictor": self.predictor,
            "status": self.status,
            "started": self.started.isoformat(),
            "ended": None if self.ended is None else self.ended.isoformat(),
            "seconds": self.seconds,
            "job_name": self.job_name,
            "execution_arn": self.arn,
            "input": self.arguments,
            "output": self.output,
            "error": self.error,
            "cause": self.cause,
        }


def list_runs(
    connection: Connection,
    *,
    workflows: Sequence[str] = WORKFLOWS,
    predictor: str | None = None,
    limit: int = 20,
    with_nested: bool = True,
) -> list[RunRecord]:
    """Return the latest `limit` runs, the latest first.

    Args:
        with_nested: whether to list the promotions that training runs started by themselves.

    Raises:
        NotDeployedError: the environment is not deployed.
    """
    # Threads may share a client but not a session, so the client is created here.
    connection.client("stepfunctions")

    def is_wanted(run: RunRecord) -> bool:
        return predictor in (None, run.predictor) and (with_nested or not run.is_nested)

    # An environment of an earlier release has fewer.
    deployed = connection.deployment.state_machines
    workflows = [workflow for workflow in workflows if workflow in deployed]

    def latest(workflow: str) -> list[RunRecord]:
        return list(islice(filter(is_wanted, _all(connection, workflow, limit)), limit))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(latest, workflows))
    runs = [run for of_workflow in found for run in of_workflow]
    return sorted(runs, key=lambda run: run.started, reverse=True)[:limit]


def find_run(
    connection: Connection, name: str, *, workflows: Sequence[str] = WORKFLOWS
) -> RunRecord:
    """Find a run by its name, its ARN or the name of its SageMaker job.

    Raises:
        RunNotFoundError: none of the workflows has it.
    """
    deployed = connection.deployment.state_machines
    for candidate in _candidates(connection, name):
        for workflow in filter(deployed.__contains__, workflows):
            run = _find(connection, workflow, candidate)
            if run is not None:
                return run
    raise RunNotFoundError(
        f"Run {name!r} not found in environment {connection.environment!r}.",
        name=name,
        advice="List the runs with `agcdk runs`.",
    )


def describe_jobs(connection: Connection, run: RunRecord) -> list[dict[str, Any]]:
    """Return the Describe...Job answers of those jobs of a run that exist.

    One, or several: where the first instance type had no capacity, in the order of the attempts;
    for a batch that is split into jobs, in the order of their numbers; for a tuning run, whose jobs
    are its trials, in the order of their start.
    """
    if run.workflow == "tune":
        return _describe_all(connection, "Training", trial_names(connection, str(run.job_name)))
    for kind in _JOB_KINDS[run.workflow]:
        jobs = list(_attempts(connection, kind, run.subject, run.arn))
        if jobs:
            return jobs
    return _split_jobs(connection, run)


def trial_names(connection: Connection, tuning_job: str) -> list[str]:
    """Return the names of a tuning job's training jobs, the first of them first; none without."""
    pages = connection.client("sagemaker").get_paginator(
        "list_training_jobs_for_hyper_parameter_tuning_job"
    )
    found = pages.paginate(
        HyperParameterTuningJobName=tuning_job, SortBy="CreationTime", SortOrder="Ascending"
    )
    try:
        return [job["TrainingJobName"] for page in found for job in page["TrainingJobSummaries"]]
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return []
        raise


def _attempts(
    connection: Connection, kind: str, predictor: str, arn: str, *, group: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a job and those that followed because it never started, the last of them last.

    Or because it had spot instances for too short a time.
    """
    for attempt in count(1):
        name = names.job_name(predictor, arn, group=group, attempt=attempt)
        job = _describe_job(connection, kind, name)
        if job is None:
            return
        yield job
        never_started = job[f"{kind}JobStatus"] == "Failed" and f"{kind}StartTime" not in job
        if not never_started and job.get("SecondaryStatus") != "MaxWaitTimeExceeded":
            return


def _describe_all(
    connection: Connection, kind: str, job_names: Sequence[str]
) -> list[dict[str, Any]]:
    connection.client("sagemaker")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda name: _describe_job(connection, kind, name), job_names)
        return [job for job in found if job is not None]


def _split_jobs(connection: Connection, run: RunRecord) -> list[dict[str, Any]]:
    """Describe the jobs that the batch's planner listed; none for a batch with one job."""

    def attempts(name: str) -> list[dict[str, Any]]:
        group = int(name.rpartition("-")[2])
        return list(_attempts(connection, "Processing", run.predictor, run.arn, group=group))

    listed = _names_of_split_jobs(connection, run)
    connection.client("sagemaker")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [job for of_group in pool.map(attempts, listed) for job in of_group]


def _names_of_split_jobs(connection: Connection, run: RunRecord) -> list[str]:
    """Read the list that the batch's planner wrote; empty for a batch with one job."""
    if run.workflow != "batch_predict":
        return []
    batch = run.arguments.get("resume") or str(run.job_name)
    folder = names.batch_folder(connection.deployment.artifact_bucket, run.predictor, batch)
    groups = folder.child(f"config/{run.job_name}/groups.json")
    try:
        listed = read_bytes(connection.client("s3"), groups.uri)
    except ClientError as error:
        # S3 answers 403 for an absent object if the caller may not list.
        if error.response["Error"]["Code"] in ("AccessDenied", "NoSuchKey", "NoSuchBucket"):
            return []
        raise
    # An earlier release listed requests alone.
    jobs = (item.get("request", item) for item in json.loads(listed))
    return [job["ProcessingJobName"] for job in jobs]


def log_groups(run: RunRecord) -> list[str]:
    """Return the log groups of the run's job; its streams are named `<job name>/...`."""
    return [names.job_log_group(kind) for kind in _JOB_KINDS[run.workflow]]


def _all(connection: Connection, workflow: str, at_once: int) -> Iterator[RunRecord]:
    machine = connection.deployment.state_machines[workflow]
    paginator = connection.client("stepfunctions").get_paginator("list_executions")
    config = {"PageSize": min(max(at_once, 10), 100)}
    pages = paginator.paginate(stateMachineArn=machine, PaginationConfig=config)
    listed = (entry["name"] for page in pages for entry in page["executions"])
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while some := list(islice(listed, at_once)):
            yield from pool.map(lambda name: _record(Run(connection, workflow, name)), some)


def _candidates(connection: Connection, name: str) -> Iterator[str]:
    yield name.rpartition(":")[2]
    for kind in dict.fromkeys(kind for kinds in _JOB_KINDS.values() for kind in kinds):
        job = _describe_job(connection, kind, name)
        if job is not None:
            arn = job[f"{kind}JobArn"]
            tags = connection.client("sagemaker").list_tags(ResourceArn=arn)["Tags"]
            yield from (
                tag["Value"].rpartition(":")[2]
                for tag in tags
                if tag["Key"] == "autogluon:execution"
            )


def _describe_job(connection: Connection, kind: str, name: str) -> dict[str, Any] | None:
    describe = getattr(connection.client("sagemaker"), f"describe_{kind.lower()}_job")
    try:
        answer: dict[str, Any] = describe(**{f"{kind}JobName": name})
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise
    return answer


def _find(connection: Connection, workflow: str, name: str) -> RunRecord | None:
    try:
        return _record(Run(connection, workflow, name))
    except RunNotFoundError:
        return None


def _record(run: Run) -> RunRecord:
    description = run.describe()
    arguments = json.loads(description["input"])
    output = description.get("output")
    return RunRecord(
        workflow=run.workflow,
        name=run.name,
        arn=run.arn,
        status=STATUSES[description["status"]],
        predictor=str(arguments.get("predictor", "")),
        started=description["startDate"],
        ended=description.get("stopDate"),
        arguments=arguments,
        output=None if output is None else json.loads(output),
        error=description.get("error"),
        cause=description.get("cause"),
    )

"""The runs of an environment: executions of its state machines, listed and found by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.data.storage import read_bytes
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import JobNotFoundError
from autogluon_client.executions.jobs import STATUSES, Job
from autogluon_client.executions.names import sagemaker_job_name

WORKFLOWS = ("train", "batch_predict", "promote")
# SageMaker jobs that an execution may start, by workflow: a batch picks its engine.
_JOB_KINDS = {
    "train": ("Training",),
    "batch_predict": ("Transform", "Processing"),
    "promote": (),
}
_AT_ONCE = 16


@dataclass(frozen=True)
class Run:
    """One execution. `status` has the words of SageMaker's jobs; `output` once it has completed."""

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
        """Name of the SageMaker job that does the work; None for promotions."""
        if not _JOB_KINDS[self.workflow]:
            return None
        return sagemaker_job_name(self.predictor, self.arn)

    @property
    def seconds(self) -> float | None:
        """Wall-clock seconds from start to end; None while it runs."""
        return None if self.ended is None else (self.ended - self.started).total_seconds()

    def document(self) -> dict[str, Any]:
        """All of it as JSON-ready values."""
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
) -> list[Run]:
    """The latest `limit` runs, the latest first.

    Raises:
        NotDeployedError: the environment is not deployed.
    """
    # A client is safe to share between threads, a session is not: make them here.
    connection.client("stepfunctions")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda name: _latest(connection, name, limit, predictor), workflows))
    runs = [run for of_workflow in found for run in of_workflow]
    return sorted(runs, key=lambda run: run.started, reverse=True)[:limit]


def find_run(connection: Connection, name: str, *, workflows: Sequence[str] = WORKFLOWS) -> Run:
    """The run of an execution's name or ARN, or of its SageMaker job's name.

    Raises:
        JobNotFoundError: none of the workflows has it.
    """
    for candidate in _candidates(connection, name):
        for workflow in workflows:
            run = _find(connection, workflow, candidate)
            if run is not None:
                return run
    raise JobNotFoundError(
        f"There is no run {name!r} in environment {connection.environment!r}; list those there "
        "are with `agcdk runs`."
    )


def describe_jobs(connection: Connection, run: Run) -> list[dict[str, Any]]:
    """The Describe...Job answers of the jobs that work for a run, of those that exist.

    One, or several for a batch that was shared out, in the order of their numbers.
    """
    for kind in _JOB_KINDS[run.workflow]:
        job = _describe_job(connection, kind, str(run.job_name))
        if job is not None:
            return [job]
    connection.client("sagemaker")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(
            lambda name: _describe_job(connection, "Processing", name),
            _names_of_shared_jobs(connection, run),
        )
        return [job for job in found if job is not None]


def _names_of_shared_jobs(connection: Connection, run: Run) -> list[str]:
    """Names from the list that the batch's planner wrote; none where it wrote none."""
    if run.workflow != "batch_predict":
        return []
    bucket, batch = connection.deployment.artifact_bucket, run.arguments.get("resume")
    folder = f"s3://{bucket}/{run.predictor}/batches/{batch or run.job_name}"
    try:
        listed = read_bytes(connection.client("s3"), f"{folder}/config/{run.job_name}/groups.json")
    except ClientError as error:
        # 403 is what S3 says of an absent object to those who may not list.
        if error.response["Error"]["Code"] in ("AccessDenied", "NoSuchKey", "NoSuchBucket"):
            return []
        raise
    return [request["ProcessingJobName"] for request in json.loads(listed)]


def log_groups(run: Run) -> list[str]:
    """CloudWatch log groups where the run's job may write, in streams named `<job name>/...`."""
    return [f"/aws/sagemaker/{kind}Jobs" for kind in _JOB_KINDS[run.workflow]]


def _latest(connection: Connection, workflow: str, limit: int, predictor: str | None) -> list[Run]:
    machine = connection.deployment.state_machines[workflow]
    pages = (
        connection.client("stepfunctions")
        .get_paginator("list_executions")
        .paginate(stateMachineArn=machine, PaginationConfig={"PageSize": min(max(limit, 10), 100)})
    )
    names = (entry["name"] for page in pages for entry in page["executions"])
    runs = _described(connection, workflow, names, limit)
    wanted = (run for run in runs if predictor is None or run.predictor == predictor)
    return list(islice(wanted, limit))


def _described(
    connection: Connection, workflow: str, names: Iterator[str], batch: int
) -> Iterator[Run]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while some := list(islice(names, batch)):
            yield from pool.map(lambda name: _of(Job(connection, workflow, name)), some)


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
        # A name of more than 63 characters is no job's, either.
        if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
            return None
        raise
    return answer


def _find(connection: Connection, workflow: str, name: str) -> Run | None:
    try:
        return _of(Job(connection, workflow, name))
    except JobNotFoundError:
        return None


def _of(job: Job) -> Run:
    description = job.describe()
    arguments = json.loads(description["input"])
    output = description.get("output")
    return Run(
        workflow=job.workflow,
        name=job.name,
        arn=job.arn,
        status=STATUSES[description["status"]],
        predictor=str(arguments.get("predictor", "")),
        started=description["startDate"],
        ended=description.get("stopDate"),
        arguments=arguments,
        output=None if output is None else json.loads(output),
        error=description.get("error"),
        cause=description.get("cause"),
    )

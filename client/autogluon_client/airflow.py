"""Start and follow runs from Airflow: an operator for each workflow, and the trigger they wait by.

Importing it needs Airflow, and is tested with 3.3: `pip install 'autogluon-cdk[airflow]'`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import cached_property
from typing import Any

import boto3
from airflow.sdk import BaseOperator, Context, conf
from airflow.sdk.exceptions import AirflowException
from airflow.triggers.base import BaseTrigger, TriggerEvent
from botocore.exceptions import BotoCoreError, ClientError

from autogluon_client.aws_errors import explain
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import AutoGluonClientError, InvalidArgumentError, RunNotFoundError
from autogluon_client.executions.executions import output_of, wait_for_execution
from autogluon_client.executions.run import Run
from autogluon_client.executions.task_runs import start_once, task_run_name
from autogluon_contracts.documents.execution_inputs import (
    BatchInput,
    PromoteInput,
    TrainInput,
    TuneInput,
)
from autogluon_contracts.suggestions import did_you_mean

__all__ = [
    "AutoGluonBatchPredictOperator",
    "AutoGluonPromoteOperator",
    "AutoGluonRunTrigger",
    "AutoGluonTrainOperator",
    "AutoGluonTuneOperator",
]

_POLL_SECONDS = 15.0


class _RunOperator(BaseOperator):
    """Starts a run of one workflow, waits for it, and returns its output.

    The run's name follows from the DAG, its run, the task and its map index. A task that is tried
    again after its worker was lost finds the run that it started before; one whose run failed
    starts the next.

    Args:
        arguments: the execution's input; a value of None is left out. Templates are rendered.
        environment: name of the deployed environment; default: AUTOGLUON_ENVIRONMENT, or `sandbox`.
        region: AWS region; default: that of the worker.
        deferrable: wait in the triggerer, without a worker; default: Airflow's setting
            `[operators] default_deferrable`.
        poll_seconds: longest time between two looks at the run.

    Raises:
        AirflowException: the workflow does not know one of the arguments.
    """

    template_fields: Sequence[str] = ("arguments", "environment", "region")
    # Of the subclass: the workflow, and the document of its input.
    workflow: str
    input_document: type[Any]

    def __init__(
        self,
        *,
        arguments: Mapping[str, Any],
        environment: str | None = None,
        region: str | None = None,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        poll_seconds: float = _POLL_SECONDS,
        **airflow_arguments: Any,
    ) -> None:
        super().__init__(**airflow_arguments)
        self.arguments = dict(arguments)
        self.environment = environment
        self.region = region
        self.deferrable = deferrable
        self.poll_seconds = poll_seconds
        self._run: Run | None = None
        self._require_known_arguments()

    def execute(self, context: Context) -> dict[str, Any]:
        """Start the run, or find the one that an earlier try started, and wait for it.

        Returns:
            The execution's output (docs/reference/contracts.md), which is the task's XCom.

        Raises:
            AirflowException: the run failed, was stopped, or could not be started.
        """
        ti = context["ti"]
        name = task_run_name(ti.task_id, [ti.dag_id, ti.run_id, ti.task_id, str(ti.map_index)])
        given = {key: value for key, value in self.arguments.items() if value is not None}
        with _airflow_errors():
            connection = _connection(self.environment, self.region)
            self._run = start_once(connection, self.workflow, name, given)
            self.log.info("Run %s of %s: %s", self._run.name, self.workflow, self._run.arn)
            if self.deferrable and self._run.status() == "InProgress":
                self._wait_in_triggerer(self._run)
            return wait_for_execution(
                connection.session,
                self._run.arn,
                show=_changes(self.log.info),
                longest_poll_seconds=self.poll_seconds,
            )

    def execute_complete(self, context: Context, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of the run that the trigger has waited for.

        Raises:
            AirflowException: the run failed or was stopped, or took longer than
                `execution_timeout`, and is stopped by this.
        """
        del context
        with _airflow_errors():
            run = Run(
                _connection(event["environment"], event["region"]), event["workflow"], event["name"]
            )
            if event["is_late"]:
                _stop(run)
                raise AirflowException(
                    f"Run {run.name!r} took longer than the task's execution_timeout of "
                    f"{self.execution_timeout}, and is stopped."
                )
            return output_of(run.describe())

    def on_kill(self) -> None:
        """Stop the run; Airflow calls it on a worker when the task is killed or times out."""
        if self._run is not None:
            # Anew, because the call that was interrupted may be in the midst of a request.
            connection = _connection(self.environment, self.region)
            _stop(Run(connection, self.workflow, self._run.name))

    def _wait_in_triggerer(self, run: Run) -> None:
        timeout = self.execution_timeout
        trigger = AutoGluonRunTrigger(
            workflow=self.workflow,
            name=run.name,
            environment=run.connection.environment,
            region=self.region,
            poll_seconds=self.poll_seconds,
            ends_at=None if timeout is None else time.time() + timeout.total_seconds(),
        )
        self.defer(trigger=trigger, method_name="execute_complete")

    def _require_known_arguments(self) -> None:
        known = [field.name for field in fields(self.input_document)]
        for name in self.arguments:
            if name not in known:
                raise AirflowException(
                    f"Task {self.task_id!r}: {type(self).__name__} does not know the argument "
                    f"{name!r}{did_you_mean(name, known)}. Pass some of {', '.join(known)}."
                )


class AutoGluonTrainOperator(_RunOperator):
    """Trains a predictor; the XCom has `model_package_arn`, `decision`, `metrics` and more.

    Args:
        predictor: name of the predictor.
        train_data: S3 location of an object or a prefix.
        arguments: more of the Train workflow's input, such as `test_data`, `fit_args` or
            `promote` (docs/reference/workflows.md).

    Example:
        ```python
        train = AutoGluonTrainOperator(
            task_id="train",
            predictor="income",
            train_data="s3://my-data/income/{{ ds }}/",
            arguments={"test_data": "s3://my-data/income/test.csv"},
            deferrable=True,
        )
        ```
    """

    workflow = "train"
    input_document = TrainInput

    def __init__(
        self,
        *,
        predictor: str,
        train_data: str,
        arguments: Mapping[str, Any] | None = None,
        **others: Any,
    ) -> None:
        given = {"predictor": predictor, "train_data": train_data, **(arguments or {})}
        super().__init__(arguments=given, **others)


class AutoGluonTuneOperator(AutoGluonTrainOperator):
    """Trains trials with different hyperparameters; the XCom is that of the best, and the search's.

    Args:
        predictor: name of the predictor, whose settings have `tuning`.
        train_data: S3 location of an object or a prefix.
        arguments: more of the Tune workflow's input, such as `max_jobs` or `fit_args`.
    """

    workflow = "tune"
    input_document = TuneInput


class AutoGluonBatchPredictOperator(_RunOperator):
    """Predicts files; the XCom has `results`, `rows` and `manifest_uri`.

    Args:
        predictor: name of the predictor.
        data: S3 location of an object or a prefix.
        arguments: more of the BatchPredict workflow's input, such as `model` or `output_format`.
    """

    workflow = "batch_predict"
    input_document = BatchInput

    def __init__(
        self,
        *,
        predictor: str,
        data: str,
        arguments: Mapping[str, Any] | None = None,
        **others: Any,
    ) -> None:
        given = {"predictor": predictor, "data": data, **(arguments or {})}
        super().__init__(arguments=given, **others)


class AutoGluonPromoteOperator(_RunOperator):
    """Puts a model into service, or none.

    Args:
        predictor: name of the predictor, which has an endpoint.
        model: `latest-approved`, a version number, a model package ARN, `previous`, `last-live` or
            `none`.
        arguments: more of the Promote workflow's input, such as `variant`.
    """

    workflow = "promote"
    input_document = PromoteInput

    def __init__(
        self,
        *,
        predictor: str,
        model: str | int,
        arguments: Mapping[str, Any] | None = None,
        **others: Any,
    ) -> None:
        given = {"predictor": predictor, "model": model, **(arguments or {})}
        super().__init__(arguments=given, **others)


class AutoGluonRunTrigger(BaseTrigger):
    """Fires when a run has ended, with any status, or when its time is over.

    Args:
        workflow: such as `train`.
        name: the run's.
        environment: name of the deployed environment.
        region: AWS region; None for the triggerer's.
        poll_seconds: time between two looks at the run.
        ends_at: Unix time after which it does not wait; None waits for as long as the run takes.
    """

    def __init__(
        self,
        *,
        workflow: str,
        name: str,
        environment: str,
        region: str | None,
        poll_seconds: float,
        ends_at: float | None,
    ) -> None:
        super().__init__()
        self.workflow = workflow
        self.name = name
        self.environment = environment
        self.region = region
        self.poll_seconds = poll_seconds
        self.ends_at = ends_at

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and what makes the same trigger in another process."""
        kwargs = {
            **self._identity(),
            "poll_seconds": self.poll_seconds,
            "ends_at": self.ends_at,
        }
        return f"{type(self).__module__}.{type(self).__qualname__}", kwargs

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look at the run until it has ended, and fire once."""
        is_late = False
        # A run that has ended is not late, even if it ended after the last look in time.
        while not is_late and await asyncio.to_thread(self._is_in_progress):
            is_late = self.ends_at is not None and time.time() > self.ends_at
            if not is_late:
                await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent({**self._identity(), "is_late": is_late})

    async def on_kill(self) -> None:
        """Stop the run, because a person has ended the task that waits for it."""
        await asyncio.to_thread(_stop, self._run)

    @cached_property
    def _run(self) -> Run:
        return Run(_connection(self.environment, self.region), self.workflow, self.name)

    def _is_in_progress(self) -> bool:
        return self._run.status() == "InProgress"

    def _identity(self) -> dict[str, Any]:
        return {
            "workflow": self.workflow,
            "name": self.name,
            "environment": self.environment,
            "region": self.region,
        }


def _connection(environment: str | None, region: str | None) -> Connection:
    # Without a session of its own, threads would share boto3's default one.
    return Connection(environment, boto3.session.Session(region_name=region))


def _stop(run: Run) -> None:
    """Stop a run, unless it has ended or never began."""
    with suppress(InvalidArgumentError, RunNotFoundError):
        run.stop("Its Airflow task was ended.")


def _changes(say: Callable[[str, str], None]) -> Callable[[str], None]:
    """Return what says each state that a run enters, once."""
    said = ""

    def show(state: str) -> None:
        nonlocal said
        if state != said:
            said = state
            say("State %s", state)

    return show


@contextmanager
def _airflow_errors() -> Iterator[None]:
    """Raise this package's errors, and botocore's, as Airflow's, with the same sentence."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise AirflowException(str(explain(error))) from error
    except AutoGluonClientError as error:
        raise AirflowException(str(error)) from error

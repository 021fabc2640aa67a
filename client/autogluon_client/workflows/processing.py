"""Run a predictor's scripts on data, and profile data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_client.data.storage import download, read_bytes
from autogluon_client.data.uploads import Uploads, upload_folder
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.executions import wait_for_execution
from autogluon_client.executions.names import new_name
from autogluon_client.executions.run import Run
from autogluon_client.executions.runs import TRAINING, list_runs
from autogluon_contracts.documents.data_profile import FILE_NAME, DataProfile
from autogluon_contracts.documents.processing_spec import PROFILE, PROFILE_INPUTS

_LOOKED_AT = 100


@dataclass(frozen=True)
class ProcessingResult:
    """What a processing run has left.

    Attributes:
        run: the run's name.
        step: the step's.
        outputs: the folder of each output, as an `s3://` address that `fit` takes.
        files: how many files each of them holds.
    """

    run: str
    step: str
    outputs: Mapping[str, str]
    files: Mapping[str, int]


@dataclass(frozen=True)
class ProfileResult:
    """A profile of some data.

    Attributes:
        run: the run's name.
        page_uri: the `s3://` address of the page.
        profile: what the page says, as a document.
    """

    run: str
    page_uri: str
    profile: DataProfile

    def save_page(self, connection: Connection, path: Path) -> Path:
        """Download the page to a file."""
        return download(connection.client("s3"), self.page_uri, path)


def process(
    connection: Connection, predictor: str, step: str | None = None, **options: Any
) -> ProcessingResult:
    """Run one of a predictor's processing steps, and wait for it; see `start_processing`.

    Raises:
        ExecutionFailedError: the planner refused it, or the script failed; with the cause.

    Example:
        >>> done = process(Connection("prod"), "income", "features", inputs={"raw": "raw.csv"})
        >>> done.outputs["train"]
        's3://autogluon-prod-artifacts/income/processing/.../outputs/train/'
    """
    run = start_processing(connection, predictor, step, **options)
    return processing_result(run.name, wait_for_execution(connection.session, run.arn))


def profile(
    connection: Connection, predictor: str, data: Any = None, **options: Any
) -> ProfileResult:
    """Describe data, and wait for it; see `start_profile`.

    Raises:
        ExecutionFailedError: the data cannot be read; with the cause.

    Example:
        >>> profile(Connection("prod"), "income", "train.csv").profile.warnings
        ('Column "class_code" tells "class" by itself: ...',)
    """
    run = start_profile(connection, predictor, data, **options)
    return profile_result(connection, run.name, wait_for_execution(connection.session, run.arn))


def start_processing(
    connection: Connection,
    predictor: str,
    step: str | None = None,
    *,
    inputs: Mapping[str, Any] | None = None,
    arguments: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Run:
    """Start a run of one of a predictor's processing steps.

    Args:
        connection: to the environment.
        predictor: the predictor's name.
        step: the step's name; needed unless the settings have a single one.
        inputs: name -> data in place of the settings': an `s3://` address of an object or prefix,
            the path of a file, which is uploaded, or a DataFrame, which becomes Parquet.
        arguments: of the script, in place of the settings'.
        environment: environment variables of the script, merged over the settings'.
        name: of the run; the same name never runs twice.

    Example:
        >>> start_processing(Connection("prod"), "income", inputs={"raw": "raw.csv"}).name
        'step-261130-101500-a1b2'
    """
    uploads = _uploads(connection, predictor)
    given = {
        "step": step,
        "inputs": {key: uploads.for_training(key, data) for key, data in (inputs or {}).items()},
        "arguments": None if arguments is None else list(arguments),
        "environment": dict(environment or {}),
    }
    asked = {key: value for key, value in given.items() if value is not None and value != {}}
    return Run.start(
        connection, "process", name or new_name("step"), {"predictor": predictor, **asked}
    )


def processing_result(run: str, output: Mapping[str, Any]) -> ProcessingResult:
    """Return what a completed run has left, by its output."""
    return ProcessingResult(run, str(output["step"]), output["outputs"], output["files"])


def start_profile(
    connection: Connection,
    predictor: str,
    data: Any = None,
    *,
    test: Any = None,
    name: str | None = None,
) -> Run:
    """Start a run that describes data: columns, types, missing values, suspected leaks.

    Args:
        connection: to the environment.
        predictor: the predictor whose settings say how cells are read, and which column is the
            label.
        data: as an input of `start_processing`; without it, what the latest training run of the
            predictor was given.
        test: test data to compare them with.
        name: of the run; the same name never runs twice.

    Raises:
        LookupError: no data are given, and no training run has completed.

    Example:
        >>> start_profile(Connection("prod"), "income", "train.csv").name
        'look-261130-101500-a1b2'
    """
    given = {"data": data, "test": test}
    if data is None:
        latest = latest_training_data(connection, predictor)
        given = {**latest, **({} if test is None else {"test": test})}
    inputs = {key: given[key] for key in PROFILE_INPUTS if given.get(key) is not None}
    return start_processing(
        connection, predictor, PROFILE, inputs=inputs, name=name or new_name("look")
    )


def profile_result(connection: Connection, run: str, output: Mapping[str, Any]) -> ProfileResult:
    """Return what a completed run has found."""
    text = read_bytes(connection.client("s3"), f"{output['outputs'][PROFILE]}{FILE_NAME}")
    return ProfileResult(run, str(output["page_uri"]), DataProfile.from_text(text))


def latest_training_data(connection: Connection, predictor: str) -> dict[str, str]:
    """Return the addresses that the latest completed training run was given, as `data` and `test`.

    Raises:
        LookupError: no training run of the predictor has completed.
    """
    runs = list_runs(connection, workflows=TRAINING, predictor=predictor, limit=_LOOKED_AT)
    for run in runs:
        if run.output is not None:
            keys = {"data": "train_data", "test": "test_data"}
            return {
                key: str(run.arguments[own]) for key, own in keys.items() if own in run.arguments
            }
    raise LookupError(f"Predictor {predictor!r} has no completed training run.")


def _uploads(connection: Connection, predictor: str) -> Uploads:
    folder = upload_folder(None, connection.deployment, predictor)
    return Uploads(connection.client("s3"), folder)

"""Read the table of a tuning run's trials."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.data.storage import read_bytes
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import NotSupportedError
from autogluon_contracts import names
from autogluon_contracts.documents.tuning_summary import TRIALS_FILE, trial_columns

_NUMBERS = ("objective", "seconds")


def require_tuning(connection: Connection) -> None:
    """Raise NotSupportedError where the environment has no Tune state machine."""
    if "tune" not in connection.deployment.state_machines:
        raise NotSupportedError(
            f"Environment {connection.environment!r} was deployed by a release without tuning.",
            argument="environment",
            advice="Deploy it with this release.",
        )


def trials_uri(connection: Connection, predictor: str, execution_arn: str) -> str:
    """Return where the run of a Tune execution keeps its table, also if it failed after that."""
    bucket = connection.deployment.artifact_bucket
    job = names.tuning_job_name(predictor, execution_arn)
    return names.report_file(names.run_folder(bucket, predictor, job), TRIALS_FILE).uri


def read_trials(connection: Connection, predictor: str, execution_arn: str) -> list[dict[str, Any]]:
    """Return one row per trial; empty before the search has ended, and after a deletion.

    Columns: `trial`, `status`, `objective`, `started`, `ended`, `seconds`, `failure`, and each
    tuned argument by its path. None where a trial has no such value.
    """
    uri = trials_uri(connection, predictor, execution_arn)
    try:
        text = read_bytes(connection.client("s3"), uri).decode()
    except ClientError as error:
        # S3 answers 403 for an absent object if the caller may not list.
        if error.response["Error"]["Code"] in ("NoSuchKey", "AccessDenied"):
            return []
        raise
    return [
        {name: _value(name, cell) for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def _value(name: str, cell: str) -> Any:
    if cell == "":
        return None
    if name in _NUMBERS:
        return float(cell)
    # Values of arguments are JSON.
    return cell if name in trial_columns() else json.loads(cell)

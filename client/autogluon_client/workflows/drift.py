"""Start a drift run, and read the report that it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_client.data.storage import download, read_bytes
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.names import new_name
from autogluon_client.executions.run import Run
from autogluon_client.executions.runs import list_runs
from autogluon_contracts.documents.drift_report import DriftReport

_LOOKED_AT = 100


@dataclass(frozen=True)
class DriftResult:
    """What a drift run has found.

    Attributes:
        run: the run's name.
        output: the execution's.
        report: the document; None where nothing was captured in the period.
    """

    run: str
    output: Mapping[str, Any]
    report: DriftReport | None

    def save_page(self, connection: Connection, path: Path) -> Path:
        """Download the page to a file; there is one where there is a report."""
        return download(connection.client("s3"), str(self.output["page_uri"]), path)


def start_drift(
    connection: Connection,
    predictor: str,
    *,
    period_hours: int | None = None,
    labels: str | None = None,
    name: str | None = None,
) -> Run:
    """Start a run that compares a predictor's captured requests with its training data.

    Args:
        connection: to the environment.
        predictor: the predictor's name.
        period_hours: how many hours before now; without it, as the settings say.
        labels: the `s3://` address of the labels that have arrived.
        name: of the run; the same name never compares twice.
    """
    given = {"period_hours": period_hours, "labels": labels}
    arguments = {key: value for key, value in given.items() if value is not None}
    return Run.start(
        connection, "drift", name or new_name("drift"), {"predictor": predictor, **arguments}
    )


def drift_result(connection: Connection, run: str, output: Mapping[str, Any]) -> DriftResult:
    """Return what a completed run has found."""
    uri = output.get("report_uri")
    report = None
    if uri is not None:
        report = DriftReport.from_text(read_bytes(connection.client("s3"), str(uri)))
    return DriftResult(run, output, report)


def last_drift(connection: Connection, predictor: str) -> DriftResult | None:
    """Return what the latest completed run of a predictor has found; None without one."""
    runs = list_runs(
        connection, workflows=("drift",), predictor=predictor, limit=_LOOKED_AT, with_nested=True
    )
    for run in runs:
        if run.output is not None:
            return drift_result(connection, run.name, run.output)
    return None

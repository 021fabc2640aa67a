"""Summarize a drift run: what its execution says, and the metric that an alarm watches."""

from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.drift_report import FILE_NAME, PAGE_NAME, DriftReport
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.errors import DriftFailedError
from autogluon_lambdas.ports import NotReadableError, ObjectStore

_LARGEST_REPORT_BYTES = 32_000_000
_MOST_NAMES = 100


@dataclass(frozen=True)
class DriftSummarizer:
    """Reads what a drift job left."""

    store: ObjectStore

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the summary for `{"run"}`: names of columns, but no values of the data.

        Raises DriftFailedError when the job left no report.
        """
        run = event["run"]
        folder = S3Location.parse(run["folder"])
        location = folder.child(FILE_NAME)
        try:
            report = DriftReport.from_text(self.store.read(location, 0, _LARGEST_REPORT_BYTES))
        except (NotReadableError, ValueError) as error:
            raise DriftFailedError(
                f"The drift job left no usable {FILE_NAME} ({str(error).rstrip('.')})."
            ) from error
        names = report.drifted_columns
        return {
            **run,
            "outcome": report.outcome,
            "requests": report.requests,
            "rows": report.rows,
            "labelled_rows": report.labelled_rows,
            "comparisons": len(report.comparisons),
            "drifted_columns": list(names[:_MOST_NAMES]),
            "drifted": len(names),
            "false_alarm_rate": report.false_alarm_rate,
            "report_uri": location.uri,
            "page_uri": folder.child(PAGE_NAME).uri,
        }

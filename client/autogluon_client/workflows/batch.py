"""Start a batch, follow it, and download its results."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.data.answers import joined, parse_result_file
from autogluon_client.data.result_files import download_results, results_folder
from autogluon_client.data.uploads import Uploads, stored_index
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.job_progress import BatchProgress
from autogluon_client.executions.names import new_name
from autogluon_client.executions.progress import Progress, follow
from autogluon_client.executions.run import Run
from autogluon_client.optional_packages import pandas
from autogluon_contracts import names

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class BatchRun:
    """One batch of one predictor."""

    run: Run

    @classmethod
    def start(
        cls,
        connection: Connection,
        arguments: Mapping[str, Any],
        data: Any,
        uploads: Uploads,
        *,
        name: str | None,
    ) -> BatchRun:
        """Upload the data, if it is not in S3, and start the batch.

        Args:
            arguments: the BatchPredict execution's, without the data; None means not given.
        """
        given = {key: value for key, value in arguments.items() if value is not None}
        uri = uploads.for_prediction("test_data", data)
        # JSON Lines distinguish texts from numbers.
        complete = {**given, "data": uri, "output_format": "jsonl"}
        return cls(Run.start(connection, "batch_predict", name or new_name("batch"), complete))

    @classmethod
    def attach(cls, connection: Connection, name: str) -> BatchRun:
        """Find a batch by name or ARN; raises RunNotFoundError."""
        return cls(Run.attach(connection, "batch_predict", name))

    @property
    def name(self) -> str:
        """Return the run's name."""
        return self.run.name

    def output(self, progress: Progress) -> dict[str, Any]:
        """Wait for the run and return its output; raises ExecutionFailedError."""
        done = self.run.output_if_completed()
        if done is not None:
            return done
        job_name = names.job_name(str(self.run.arguments()["predictor"]), self.run.arn)
        return follow(
            self.run,
            progress,
            attach_with=f"download_predict_results({self.name!r})",
            detail=BatchProgress(self.run.connection.client("logs"), job_name).summary,
        )

    def info(self) -> dict[str, Any]:
        """Return `name`, `status`, and `result_path` (an object or a folder) once completed."""
        output = self.run.output_if_completed()
        return {
            "name": self.name,
            "status": self.run.status(),
            "result_path": None if output is None else _result_path(output["results"]),
        }

    def download(self, folder: Path, progress: Progress) -> list[Path]:
        """Wait for the results and download them to a folder, one file per input file.

        Of a large file in Parquet it is a folder, with the parts of its result.
        """
        output = self.output(progress)
        return download_results(self.run.connection.client("s3"), output, folder)

    def answers(
        self, progress: Progress, folder: Path | None
    ) -> tuple[pd.DataFrame, pd.Index | None]:
        """Wait for the results and return the answers to all rows, in the input's order.

        Args:
            folder: where to keep the result files; None keeps none.

        Returns:
            The table, one row per input row, and its index: the ids, or that of the DataFrame
            that was predicted; None where the input had neither.
        """
        with tempfile.TemporaryDirectory() as temporary:
            files = self.download(folder or Path(temporary), progress)
            tables = [parse_result_file(file.read_bytes(), file.name) for file in files]
        table = joined(tables)
        arguments = self.run.arguments()
        if arguments.get("id_column") is not None:
            # The id is the first column of the results.
            return table.iloc[:, 1:], pandas().Index(table.iloc[:, 0])
        return table, stored_index(self.run.connection.client("s3"), arguments["data"])


def _result_path(results: list[str]) -> str:
    return results[0] if len(results) == 1 else results_folder(results[0])

"""Batch inference: start a BatchPredict execution, follow it, bring its results here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.data.answers import parse_result_file, split_answer
from autogluon_client.data.storage import download, read_bytes, split_uri
from autogluon_client.data.uploads import Uploads, stored_index
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.job_progress import BatchProgress
from autogluon_client.executions.jobs import Job
from autogluon_client.executions.names import new_name, sagemaker_job_name
from autogluon_client.executions.progress import Progress, follow
from autogluon_client.optional_packages import pandas

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 16


@dataclass(frozen=True)
class BatchJob:
    """One batch of one predictor."""

    job: Job

    @classmethod
    def start(
        cls,
        connection: Connection,
        arguments: Mapping[str, Any],
        data: Any,
        uploads: Uploads,
        *,
        name: str | None,
    ) -> BatchJob:
        """Upload the data, if it is not in S3, and start the batch.

        `arguments` are the BatchPredict execution's, without the data; None means not given.
        """
        given = {key: value for key, value in arguments.items() if value is not None}
        uri = uploads.for_prediction("test_data", data)
        # JSON Lines keep what is a text and what is a number.
        complete = {**given, "data": uri, "output_format": "jsonl"}
        return cls(Job.start(connection, "batch_predict", name or new_name("batch"), complete))

    @classmethod
    def attach(cls, connection: Connection, name: str) -> BatchJob:
        """The batch that has this name or ARN, whoever started it; raises JobNotFoundError."""
        return cls(Job.attach(connection, "batch_predict", name))

    @property
    def name(self) -> str:
        """The batch's name: that of its execution."""
        return self.job.name

    def output(self, progress: Progress) -> dict[str, Any]:
        """What the BatchPredict execution returned, waiting for it; raises ExecutionFailedError."""
        done = self.job.output_if_completed()
        if done is not None:
            return done
        name = sagemaker_job_name(str(self.job.arguments()["predictor"]), self.job.arn)
        return follow(
            self.job,
            progress,
            attach_with=f"download_predict_results({self.name!r})",
            detail=BatchProgress(self.job.connection.client("logs"), name).summary,
        )

    def info(self) -> dict[str, Any]:
        """`name`, `status`, and `result_path` once it has completed: an object, or a folder."""
        output = self.job.output_if_completed()
        return {
            "name": self.name,
            "status": self.job.status(),
            "result_path": None if output is None else _result_path(output["results"]),
        }

    def download(self, folder: Path, progress: Progress) -> list[Path]:
        """Wait for the results and bring them to a folder, one file per input file."""
        output = self.output(progress)
        s3 = self.job.connection.client("s3")
        uris = _result_uris(s3, output)
        root = _results_folder(uris[0])
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(
                pool.map(lambda uri: download(s3, uri, folder / uri.removeprefix(root)), uris)
            )

    def predictions(
        self, progress: Progress, folder: Path | None
    ) -> tuple[pd.Series, pd.DataFrame | pd.Series]:
        """Labels and probabilities of all rows, in the input's order, with a DataFrame's index.

        Args:
            folder: where the result files are to stay; None keeps none.
        """
        with tempfile.TemporaryDirectory() as temporary:
            files = self.download(folder or Path(temporary), progress)
            tables = [parse_result_file(file.read_bytes(), file.name) for file in files]
        table = tables[0] if len(tables) == 1 else pandas().concat(tables, ignore_index=True)
        arguments = self.job.arguments()
        if arguments.get("id_column") is not None:
            # The id is the first column of the results.
            return split_answer(table.iloc[:, 1:], pandas().Index(table.iloc[:, 0]))
        index = stored_index(self.job.connection.client("s3"), arguments["data"])
        return split_answer(table, index)


def _result_uris(s3: Any, output: dict[str, Any]) -> list[str]:
    """One URI per input file, from the manifest where they are more than an execution returns."""
    listed: list[str] = output["results"]
    if not listed[0].endswith("/"):
        return listed
    manifest = json.loads(read_bytes(s3, output["manifest_uri"]))
    return [file["output"] for file in manifest["files"]]


def _results_folder(uri: str) -> str:
    """`<batch folder>/results/` of a result's URI."""
    bucket, key = split_uri(uri)
    parts = key.split("/")
    # <predictor>/batches/<job name>/results/<file>
    return f"s3://{bucket}/{'/'.join(parts[:4])}/"


def _result_path(results: list[str]) -> str:
    return results[0] if len(results) == 1 else _results_folder(results[0])

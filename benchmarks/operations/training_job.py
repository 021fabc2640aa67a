"""How long a training job takes above AutoGluon.

Run by hand: `python -m benchmarks.operations.training_job`.

It asks the embedded AWS that AWS_ENDPOINT_URL names (`make embedded` prints it), where
`agcdk deploy --bootstrap` has deployed the environment `sandbox`. Each round trains a predictor by
a job and by a bare script in the same Python environment, with the same data and arguments, one
right after the other. Writes its section of `results/operations.md`.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from autogluon_client.data.uploads import Uploads
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.executions import wait_for_execution
from autogluon_client.executions.names import new_name
from autogluon_client.executions.run import Run
from autogluon_client.executions.runs import describe_jobs, find_run
from benchmarks.machine import machine
from benchmarks.operations.page import write_section

HEADING = "Training jobs"
# What the project asks of a job: the bare call's time, a tenth of it, and five seconds.
MOST_TIMES, MOST_SECONDS = 1.1, 5.0
_ROUNDS = 5
_ROOT = Path(__file__).resolve().parents[2]
_PREDICTORS = ("income", "housing")
# As somebody trains without a cloud; the process counts from its start to its end.
_BARE = """
import json, sys
import pandas as pd
from autogluon.tabular import TabularPredictor

given = json.load(open(sys.argv[1]))
TabularPredictor(path=sys.argv[2], **given["init_args"]).fit(
    pd.read_csv(given["data"]), **given["fit_args"]
)
"""


@dataclass(frozen=True)
class Pair:
    """One round of one predictor: seconds of the job, and of the bare script beside it."""

    job: float
    bare: float

    @property
    def above(self) -> float:
        """Return the job's seconds above the bare script's."""
        return self.job - self.bare

    @property
    def most(self) -> float:
        """Return how many seconds the job may take."""
        return self.bare * MOST_TIMES + MOST_SECONDS


def main() -> int:
    """Measure all predictors; returns the exit code, 1 where a median is above what is asked."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        print("Set AWS_ENDPOINT_URL and the other lines that `make embedded` prints.")
        return 2
    connection = Connection("sandbox")
    found = {name: _pairs(connection, name) for name in _PREDICTORS}
    print(write_section(HEADING, section(found, machine(), os.getloadavg()[0])))
    return 0 if all(is_within(pairs) for pairs in found.values()) else 1


def is_within(pairs: Sequence[Pair]) -> bool:
    """Tell whether the median round is within what is asked."""
    return median(pair.job - pair.most for pair in pairs) <= 0


def section(found: Mapping[str, Sequence[Pair]], where: str, load: float) -> list[str]:
    """Return the lines of the results."""
    return [
        f"Written by `python -m benchmarks.operations.training_job` on {where},",
        f"load average {load:.1f}.",
        "`job` is a training job from its creation to its end, as DescribeTrainingJob has it; it",
        "also writes the artifact, the schema, the report and what serves. `bare` is a process",
        "that reads the same file and calls `fit` with the same arguments. The medians of",
        "interleaved pairs, in seconds.",
        "",
        "| predictor | pairs | job | bare | above: lowest | median | highest | asked |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {len(pairs)} | {median(pair.job for pair in pairs):.1f} | "
            f"{median(pair.bare for pair in pairs):.1f} | "
            f"{min(pair.above for pair in pairs):.1f} | "
            f"{median(pair.above for pair in pairs):.1f} | "
            f"{max(pair.above for pair in pairs):.1f} | "
            f"< {median(pair.most - pair.bare for pair in pairs):.1f} |"
            for name, pairs in found.items()
        ),
    ]


def _pairs(connection: Connection, predictor: str) -> list[Pair]:
    data = _ROOT / "examples" / predictor / "train.csv"
    uploads = Uploads(connection.client("s3"), f"s3://{connection.deployment.data_bucket}/bench")
    uri = uploads.for_training("train_data", str(data))
    spec = connection.spec(predictor)
    arguments = {key: spec[key] for key in ("init_args", "fit_args")}
    given = {**arguments, "data": str(data)}
    found = []
    for number in range(_ROUNDS):
        # The order changes, so that what a side leaves in caches does not help one of them only.
        if number % 2:
            bare = _bare_seconds(given)
            found.append(Pair(_job_seconds(connection, predictor, uri), bare))
        else:
            job = _job_seconds(connection, predictor, uri)
            found.append(Pair(job, _bare_seconds(given)))
        print(f"{predictor}: job {found[-1].job:.1f} s, bare {found[-1].bare:.1f} s", flush=True)
    return found


def _job_seconds(connection: Connection, predictor: str, uri: str) -> float:
    arguments = {"predictor": predictor, "train_data": uri, "promote": False}
    run = Run.start(connection, "train", new_name("bench"), arguments)
    wait_for_execution(connection.session, run.arn)
    [job] = describe_jobs(connection, find_run(connection, run.name))
    return float((job["TrainingEndTime"] - job["CreationTime"]).total_seconds())


def _bare_seconds(given: Mapping[str, Any]) -> float:
    python = _image_python()
    with TemporaryDirectory() as folder:
        script, arguments = Path(folder, "bare.py"), Path(folder, "arguments.json")
        script.write_text(_BARE)
        arguments.write_text(json.dumps(given))
        begin = time.monotonic()
        done = subprocess.run(
            [python, script, arguments, Path(folder, "model")],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        seconds = time.monotonic() - begin
    if done.returncode != 0:
        raise RuntimeError(f"The bare script failed: {done.stderr[-2_000:]}")
    return seconds


def _image_python() -> Path:
    """Return the Python of the environment that `make embedded` lets jobs run in."""
    full = _ROOT / ".venv-image-full"
    folder = full if any(full.glob(".installed-image-full*")) else _ROOT / ".venv-image"
    return folder / "bin" / "python"


if __name__ == "__main__":
    raise SystemExit(main())

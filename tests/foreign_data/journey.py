"""Take one file that other people wrote from `agcdk init` to predictions, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from autogluon_cli.first_settings.declaration import declare
from autogluon_cli.first_settings.problem import Problem, label_column, likely_label, problem_of
from autogluon_cli.first_settings.table import Table, read_table
from autogluon_cli.framework.errors import CommandError
from autogluon_client.endpoint.payloads import payload_of_file
from autogluon_contracts.data.suspicions import find_suspicions
from autogluon_jobs.jobs.train import main
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import load_model
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore
from tests.unit.containers.job_folder import TINY_FIT, JobFolder

ASKED_ROWS = 20


@dataclass(frozen=True)
class Outcome:
    """How far a file came; `refused_by` is `init`, `planner`, `training`, `endpoint` or empty."""

    label: str = ""
    problem_type: str = ""
    rows: int = 0
    columns: int = 0
    left_out: int = 0
    refused_by: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Begun:
    """What `init` makes of one file."""

    table: Table
    outcome: Outcome
    init_args: dict[str, Any]

    def rows(self) -> list[dict[str, str | None]]:
        """Return the first rows as JSON has them, label and all."""
        columns, rows = self.table.columns, min(ASKED_ROWS, self.table.rows)
        return [{item.name: item.values[row] or None for item in columns} for row in range(rows)]


def begin(path: Path) -> Begun:
    """Return the settings that `init` declares.

    The label is the usual one by its name, else the last column that can be one.

    Raises:
        CommandError: init refuses the file.
    """
    table = read_table(path)
    problem = first_problem(table)
    ignored = [
        item.column
        for item in find_suspicions(table.columns, table.rows, problem.label, problem.problem_type)
        if item.leave_out
    ]
    if len(ignored) >= len(table.columns) - 1:
        ignored = []
    outcome = Outcome(
        problem.label, problem.problem_type, table.rows, len(table.columns), len(ignored)
    )
    settings = declare(table, problem, ignored=ignored, time_limit_seconds=60, with_endpoint=False)
    return Begun(table, outcome, settings["init_args"])


def travel(path: Path, folder: Path) -> Outcome:
    """Return the outcome of one file.

    The rows asked are the file's first ones, as they are written and as JSON, whose answers must be
    the same.
    """
    try:
        begun = begin(path)
    except CommandError as error:
        return Outcome(refused_by="init", sentence=_plain(error, path))
    outcome = begun.outcome
    try:
        _plan(path, begun.init_args)
    except (InvalidDataError, InvalidInputError) as error:
        return replace(outcome, refused_by="planner", sentence=_plain(error, path))
    job = JobFolder(folder)
    job.put("train", path.name, path.read_bytes())
    job.put_job(outcome.label, init_args=begun.init_args, fit_args=TINY_FIT)
    if main([], job.environ()) != 0:
        return replace(outcome, refused_by="training", sentence=job.failure)
    try:
        _ask(path, begun, job)
    except InputError as error:
        return replace(outcome, refused_by="endpoint", sentence=_plain(error, path))
    return outcome


def read_refusal(path: Path) -> str:
    """Return how init refuses a file, whatever the label; empty if it does not."""
    try:
        first_problem(read_table(path))
    except CommandError as error:
        return _plain(error, path)
    return ""


def first_problem(table: Table) -> Problem:
    """Return the problem of the usual label, else of the last column that can be one.

    Raises:
        CommandError: no column can be a label; says what is wrong with the first tried.
    """
    usual = likely_label(table)
    names = [*([usual] if usual else []), *[column.name for column in reversed(table.columns)]]
    refusal: CommandError | None = None
    for name in names:
        try:
            return problem_of(label_column(table, name))
        except CommandError as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def _plan(path: Path, init_args: dict[str, object]) -> None:
    uri = f"s3://data-bucket/d/{path.name}"
    predictors = FakePredictors(spec(init_args=init_args, quality_gate=None))
    planner = TrainingPlanner(
        ENVIRONMENT,
        predictors,
        FakeStore({uri: path.read_bytes()}),
        FakeRegistry(),
        FakeTrainingJobs(),
    )
    planner.plan(planner_event({"predictor": "income", "train_data": uri}))


def _ask(path: Path, begun: Begun, job: JobFolder) -> None:
    """Ask the file's first rows, label and all; as JSON texts they have to give the same."""
    model = load_model(job.model, {})
    body, content_type = first_rows(path)
    answer, *_ = model.answer(body, content_type, "application/json")
    rows = begun.rows()
    same, *_ = model.answer(json.dumps(rows), "application/json", "application/json")
    assert json.loads(answer) == json.loads(same)
    assert len(json.loads(answer)) == len(rows)


def first_rows(path: Path) -> tuple[bytes, str]:
    """Return the header and the first rows as they are written, and their content type."""
    payload = payload_of_file(path)
    return b"".join(islice(payload.records, ASKED_ROWS + 1)), payload.content_type


def _plain(error: Exception, path: Path) -> str:
    text = str(error).replace("input.train_data: s3://data-bucket/d/", "")
    return text.replace(f"{path.parent}/", "")

"""Tables at 80 and at 120 columns: no name that people copy is broken, and no line is too wide."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import autogluon_cli
from autogluon_cli.embedded.instances import FOLDER_VARIABLE
from autogluon_cli.terminal import output
from autogluon_contracts.documents.mirrored_weights import MirroredFile, MirroredWeights
from autogluon_contracts.documents.scheduled_run import ScheduledRun
from autogluon_contracts.names import job_name, tuning_job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import (
    DEPLOYMENT_PARAMETER,
    GROUP_ARN,
    LIVE_MODEL_PARAMETER,
    MACHINES,
    PACKAGE,
    SPEC_PARAMETER,
    spec,
)
from tests.unit.cli import test_drift, test_processing
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal
from tests.unit.cli.training_runs import add_training

RUN = "weekly-retraining-of-november-with-all-regions"
OTHER = "weekly-retraining-of-december-with-all-regions"
MODEL = "WeightedEnsemble_L3_FULL"
METRIC = "root_mean_squared_error"
ENDPOINT = "autogluon-sandbox-income"
FEATURE = "delta_15_nitrogen_measured_in_parts_per_thousand"
TYPE = "ml.m5.24xlarge"
DATA_LAKE = "the-data-lake-of-all-our-regions"
WEIGHTS = "forecasts-of-all-our-regions"
REPOSITORY = "an-organisation-with-a-name/forecasts-of-all-regions"
FOLDER = Path(autogluon_cli.__file__).parent


@pytest.fixture(params=[80, 120])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(output, "_PIPE_WIDTH", request.param)
    columns: int = request.param
    return columns


def _runs(aws: FakeAws) -> None:
    for name in (RUN, OTHER):
        add_training(
            aws, name, models=(MODEL, "ExtraTrees"), usd=12.3456, init_args={"label": FEATURE}
        )


def _versions(aws: FakeAws) -> None:
    training = aws.states.add_run("train", RUN)
    for number in (1, 2):
        aws.sagemaker.add_package(number)
        aws.sagemaker.packages[number]["CustomerMetadataProperties"] = {
            "run": job_name("income", training),
            "execution": training,
            "best_model": MODEL,
            "eval_metric": METRIC,
            "eval_metric_value": "-2.9940123456789",
            "usd": "12.3456",
        }
    aws.ssm.values[LIVE_MODEL_PARAMETER] = f"{GROUP_ARN}/2"


def _endpoint(aws: FakeAws) -> None:
    _versions(aws)
    aws.sagemaker.add_endpoint(TYPE, 2)


def _schedules(aws: FakeAws) -> None:
    due = ScheduledRun(
        predictor="income",
        schedule="each-first-of-month",
        workflow="batch_predict",
        state_machine_arn=MACHINES["batch_predict"],
        scheduled_time="<aws.scheduler.scheduled-time>",
        timezone="America/Argentina/Buenos_Aires",
        days_back=0,
        input={"data": "s3://lake/{date}/"},
    )
    aws.scheduler.add(due, "cron(0 3 ? JAN-OCT MON-FRI *)")
    rule = {"location": f"s3://{DATA_LAKE}/incoming/", "suffix": ".csv"}
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(on_new_objects={"from-all-regions": rule}))


def _trials(aws: FakeAws) -> None:
    arn = aws.states.add_run("tune", RUN, output=json.dumps({"tuning": {"trials": 1}}))
    head = "trial,status,objective,started,ended,seconds,failure"
    rows = "001-weekly-retraining,Completed,0.91,,,60.0,,0.1,0.2"
    tuned = ("GBM.bagging_fraction_of_rows", "CAT.l2_regularization_of_leaves")
    paths = ",".join(f"fit_args.hyperparameters.{name}" for name in tuned)
    key = f"s3://artifacts/income/runs/{tuning_job_name('income', arn)}/report/trials.csv"
    aws.s3.objects[key] = f"{head},{paths}\n{rows}\n".encode()


def _served(aws: FakeAws) -> None:
    schema = {
        "version": 1,
        "label": "class",
        "problem_type": "binary",
        "classes": ["no", "yes"],
        "positive_class": "yes",
        "features": [
            {"name": FEATURE, "kind": "category", "dtype": "object", "nullable": True,
             "categories": [f"value-number-{n}-of-the-sensors" for n in range(9)]},
            {"name": "age", "kind": "int", "dtype": "int64", "nullable": False},
        ],
    }  # fmt: skip
    aws.sagemaker.add_package(3)
    uri = "s3://artifacts/income/runs/job-3/report/feature_schema.json"
    aws.s3.objects[uri] = json.dumps(schema).encode()
    aws.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    Path("new.csv").write_text(f"{FEATURE},age,class\na,20,no\n")


def _answering(aws: FakeAws) -> None:
    _served(aws)
    answer = {"class": "no", "no_proba": 0.6, "yes_proba": 0.4}
    aws.runtime.container = lambda *_: json.dumps(answer).encode()


def _explaining(aws: FakeAws) -> None:
    _served(aws)
    parts = {f"{FEATURE}_contribution": 0.25, "another_measurement_of_the_sea_contribution": -1.5}
    answer = {"class": "no", "no_proba": 0.6, "yes_proba": 0.4, **parts, "base_contribution": 0.1}
    aws.runtime.container = lambda *_: json.dumps(answer).encode()


def _weights(aws: FakeAws) -> None:
    machines = aws.ssm.values[DEPLOYMENT_PARAMETER]["state_machines"]
    machines["mirror_weights"] = MACHINES["train"]
    record = MirroredWeights(
        name=WEIGHTS,
        hub="https://huggingface.co",
        repository=REPOSITORY,
        revision="0123456789abcdef0123456789abcdef01234567",
        license="creativeml-openrail-m",
        job="j",
        mirrored="2026-11-29T20:00:00+00:00",
        sha256="1" * 64,
        files={"special_tokens_map.json": MirroredFile(bytes=10**10, sha256="2" * 64)},
    )
    aws.s3.objects[f"s3://artifacts/weights/records/{WEIGHTS}.json"] = record.to_text().encode()


def _file(_: FakeAws) -> None:
    rows = "".join(f"id-of-a-row-with-many-letters-{n},{n % 7},{n % 2}\n" for n in range(60))
    Path("mine.csv").write_text(f"{FEATURE},some,price\n{rows}")


def _drifted(aws: FakeAws) -> None:
    found = test_drift.report()
    [new] = found.comparisons
    named = replace(found, comparisons=(replace(new, column=FEATURE),))
    aws.states.add_run("drift", RUN, output=json.dumps(test_drift.store(aws, named)))


def _processed(aws: FakeAws) -> None:
    name = "sales-of-all-our-regions"
    uri = "s3://artifacts/income/processing/job/outputs/train/"
    changed = {"outputs": {name: uri}, "files": {name: 1200}, "bytes": {name: 10**12}}
    aws.states.finish("process", {**test_processing.PROCESSED, **changed})


def _profiled(aws: FakeAws) -> None:
    aws.states.finish("process", test_processing.profiled(aws, FEATURE))


def _nothing(_: FakeAws) -> None:
    """The tables of the embedded AWS come from `embedded`."""


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An embedded AWS whose answers have long names."""
    from autogluon_cli.commands.embedded import fault, status

    answers: dict[str, dict[str, Any]] = {
        "status": {
            "name": RUN,
            "url": "http://localhost:45660",
            "pid": 4711,
            "started": "2026-11-20T10:00:00+00:00",
            "stacks": {f"{ENDPOINT}-endpoint": "UPDATE_COMPLETE", "autogluon-sandbox-found": "-"},
            "endpoints": {ENDPOINT: "InService"},
            "running": [RUN, OTHER],
        },
        "faults/list": {
            "faults": [
                {"at": "sagemaker:CreateTrainingJob", "fault": "ResourceLimitExceeded",
                 "where": {"TrainingJobName": f"{RUN}*", "RoleArn": f"*{FEATURE}"},
                 "seen": 1, "happened": 1, "times": 2}
            ]
        },
    }  # fmt: skip
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "instances"))
    for module in (fault, status):
        monkeypatch.setattr(module, "running_instance", lambda _: None)
        monkeypatch.setattr(module, "ask", lambda _, what, __: answers[what])
    monkeypatch.setattr(status, "running_instances", lambda: [None])
    monkeypatch.setattr(status, "document_of", lambda _: {})


# By the module that prints it: a command, what it finds, and names that have to stay whole.
def _declared(_: FakeAws) -> None:
    write_settings("income", tail="    endpoint: {instance_type: ml.m5.large}\n")


TABLES: dict[str, tuple[str, Callable[[FakeAws], None], set[str]]] = {
    "commands/compare.py": (f"compare {RUN} {OTHER}", _runs, {RUN, OTHER, MODEL}),
    "commands/cost.py": ("cost", _endpoint, {ENDPOINT, TYPE}),
    "commands/drift.py": ("drift income --last", _drifted, {FEATURE}),
    "commands/embedded/fault.py": (
        "embedded fault list",
        _nothing,
        {"sagemaker:CreateTrainingJob", f"TrainingJobName={RUN}*,"},
    ),
    "commands/embedded/status.py": ("embedded status", _nothing, {ENDPOINT, f"{RUN},", OTHER}),
    "commands/endpoints.py": ("endpoints", _endpoint, {ENDPOINT, TYPE}),
    "commands/evaluate.py": ("evaluate income new.csv", _answering, {"accuracy"}),
    "commands/explain.py": ("explain income new.csv", _explaining, {FEATURE}),
    "commands/leaderboard.py": (f"leaderboard {RUN}", _runs, {RUN, MODEL}),
    "commands/models.py": ("models income", _versions, {RUN, MODEL, METRIC}),
    "capacity/plan.py": (
        "plan-capacity income --throughput 20 --traffic spike:1000:20000",
        _declared,
        {"settings", "proposal"},
    ),
    "commands/process.py": ("process income", _processed, {"sales-of-all-our-regions"}),
    "commands/profile.py": ("profile income s3://data/x.csv --no-open", _profiled, {FEATURE}),
    "commands/runs.py": ("runs", _runs, {RUN, OTHER}),
    "commands/schedules.py": (
        "schedules",
        _schedules,
        {
            "each-first-of-month",
            "America/Argentina/Buenos_Aires",
            "from-all-regions",
            f"s3://{DATA_LAKE}/incoming/",
        },
    ),
    "commands/schema.py": ("schema income", _served, {FEATURE}),
    "commands/show.py": (f"show {RUN}", _runs, {RUN, MODEL}),
    "commands/trials.py": (f"trials {RUN}", _trials, {RUN, "001-weekly-retraining"}),
    "commands/weights/list.py": ("weights list", _weights, {WEIGHTS, REPOSITORY}),
    "commands/weights/show.py": (
        f"weights show {WEIGHTS}",
        _weights,
        {"special_tokens_map.json", "2" * 64},
    ),
    "first_settings/columns_left_out.py": ("init mine.csv --label price", _file, {FEATURE}),
}


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("module", TABLES)
def test_names_stay_whole(terminal: Terminal, aws: FakeAws, width: int, module: str) -> None:
    command, prepare, names = TABLES[module]
    prepare(aws)
    code, out, err = terminal.run(*command.split())
    assert code == 0, err
    lines = out.splitlines()
    for name in names:
        assert any(name in line.split() for line in lines), out
    # A fact such as a location is one word, which a terminal breaks and copies as one.
    assert [line for line in lines if len(line) > width and len(line.split()) > 2] == []


def test_every_module_that_prints_a_table_is_rendered_at_both_widths() -> None:
    assert _importing("autogluon_cli.terminal.output", "print_table") == set(TABLES)


def test_all_tables_are_printed_by_the_one_function_that_keeps_names_whole() -> None:
    assert _importing("rich.table", "Table") == {"terminal/output.py"}


def _importing(module: str, name: str) -> set[str]:
    found = set()
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= {
            path.relative_to(FOLDER).as_posix()
            for node in (ast.walk(ast.parse(text)) if module in text else ())
            if isinstance(node, ast.ImportFrom)
            and node.module == module
            and name in [item.name for item in node.names]
        }
    return found

"""Every problem type goes from training to its endpoint and to batches of both engines."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from autogluon_cli.deployment.cdk import app_options, assembly_options
from autogluon_client.environment.deployment import Deployment
from autogluon_client.executions.executions import wait_for_execution
from autogluon_contracts.answer_attributes import AnswerAttributes
from autogluon_contracts.answers import answer_columns
from autogluon_demo.cdk import cdk_on
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from tests.e2e.support import (
    Account,
    Workflows,
    live_model,
    read_object,
    run_in_image,
    training_job_names,
)

NAME = "types"
SETTINGS = """\
removal: destroy
log_retention_days: 7
predictors:
"""
PREDICTOR = """\
  {problem_type}:
    init_args: {init_args}
    fit_args:
      hyperparameters: {{GBM: {{num_boost_round: 20, learning_rate: 0.3}}}}
      fit_weighted_ensemble: false
    framework_version: "1.6.3"
    training: {{instance_type: ml.m5.large, max_runtime_seconds: 900}}
    quality_gate: {{on_pass: approve}}
    endpoint: {{instance_type: ml.m5.large}}
    batch: {{instance_type: ml.m5.large, max_payload_mb: 1}}
"""
LEVELS = (0.1, 0.5, 0.9)
HIGHEST_SCORE = 20
COLOURS = ("blue", "green", "red")
PAYLOAD_BYTES = 1024**2
# The last file takes more than one request of a transform job, because its ids are long.
ROWS_OF_FILES = {"a.csv": 40, "b.csv": 7, "c.csv": 3200}
ID_LENGTH = 400

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Case:
    """A problem type, its predictor of the same name, and what an answer holds."""

    problem_type: str
    columns: tuple[str, ...]
    classes: tuple[str, ...] | None = None
    levels: tuple[float, ...] | None = None

    @property
    def label(self) -> str:
        return f"{self.problem_type}_label"

    @property
    def settings(self) -> str:
        init_args: dict[str, Any] = {"label": self.label, "problem_type": self.problem_type}
        if self.levels:
            init_args["quantile_levels"] = self.levels
        return PREDICTOR.format(problem_type=self.problem_type, init_args=json.dumps(init_args))

    def truth(self, row: dict[str, str]) -> str:
        score = float(row["size"]) + int(row["age"]) / 20 + (5 if row["city"] == "Ulm" else 0)
        if self.classes is None:
            return str(score)
        return self.classes[int(score / HIGHEST_SCORE * len(self.classes))]


CASES = {
    case.problem_type: case
    for case in (
        Case("binary", ("binary_label", "no_proba", "yes_proba"), classes=("no", "yes")),
        Case(
            "multiclass",
            ("multiclass_label", "blue_proba", "green_proba", "red_proba"),
            classes=COLOURS,
        ),
        Case("regression", ("regression_label",)),
        Case("quantile", ("0.1", "0.5", "0.9"), levels=LEVELS),
    )
}
each_problem_type = pytest.mark.parametrize("name", CASES)


def _rows(count: int, seed: int) -> Rows:
    dice = random.Random(seed)
    return [
        {
            "size": f"{dice.uniform(0, 10):.4f}",
            "age": str(dice.randrange(100)),
            "city": dice.choice(("Ulm", "Bonn", "Kiel")),
        }
        for _ in range(count)
    ]


def _csv(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _table(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text)))


def _values(row: dict[str, str]) -> dict[str, str | float]:
    """The cells of an answer; engines print whole numbers with and without a point."""
    return {name: text if text.isalpha() else float(text) for name, text in row.items()}


def _file(name: str) -> Rows:
    rows = _rows(ROWS_OF_FILES[name], seed=len(name) + ord(name[0]))
    # The id comes last and sorts differently from the rows: a join by position or order shows.
    return [
        row | {"customer": f"{name}, {-at % len(rows)}".ljust(ID_LENGTH, ".")}
        for at, row in enumerate(rows)
    ]


FILES = {name: _file(name) for name in ROWS_OF_FILES}


@dataclass(frozen=True)
class Answer:
    """An endpoint's answer as CSV, and the engine that its header names."""

    text: str
    attributes: str


@dataclass
class Story:
    """Starts what can run side by side, and waits for each outcome where a test needs it."""

    account: Account
    workflows: Workflows
    trainings: dict[str, str] = field(default_factory=dict)
    batches: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def deployment(self) -> Deployment:
        return self.workflows.deployment

    def train(self, case: Case) -> None:
        rows = [row | {case.label: case.truth(row)} for row in _rows(400, seed=1)]
        data = self._upload(f"{case.problem_type}/train.csv", _csv(rows))
        arguments = {"predictor": case.problem_type, "train_data": data}
        self.trainings[case.problem_type] = self.workflows.start("train", arguments)

    def trained(self, name: str) -> dict[str, Any]:
        """Wait for a predictor's training run; start its batches when it has ended."""
        output = self._output(self.trainings[name])
        for engine in ("transform", "bulk"):
            if (name, engine) not in self.batches:
                self.batches[name, engine] = self.workflows.start(
                    "batch_predict",
                    {
                        "predictor": name,
                        "data": f"s3://{self.deployment.data_bucket}/batch/",
                        "id_column": "customer",
                        "engine": engine,
                    },
                )
        return output

    def predicted(self, name: str, engine: str) -> dict[str, Any]:
        self.trained(name)
        return self._output(self.batches[name, engine])

    def invoke(self, name: str, rows: Rows) -> Answer:
        answer = self.account.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=self.deployment.endpoint_name(name),
            ContentType="text/csv",
            Accept="text/csv",
            Body=_csv([{k: v for k, v in row.items() if k != "customer"} for row in rows]),
        )
        return Answer(answer["Body"].read().decode(), answer["CustomAttributes"])

    def upload_files(self) -> None:
        for name, rows in FILES.items():
            self._upload(f"batch/{name}", _csv(rows))

    def _output(self, arn: str) -> dict[str, Any]:
        return wait_for_execution(
            self.account.session, arn, poll_seconds=0.2, longest_poll_seconds=0.2
        )

    def _upload(self, key: str, text: str) -> str:
        bucket = self.deployment.data_bucket
        self.account.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
        return f"s3://{bucket}/{key}"


@pytest.fixture(scope="module")
def story(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """An environment of four predictors, all of them in training."""
    folder = tmp_path_factory.mktemp(NAME)
    (folder / f"{NAME}.yaml").write_text(
        SETTINGS + "".join(case.settings for case in CASES.values())
    )
    assembly = folder / "out"
    app = app_options(NAME, folder, assembly)
    cdk_on(account.environment, account.processes, app).synth()
    cdk = cdk_on(account.environment, account.processes, assembly_options(assembly))
    cdk.bootstrap(ACCOUNT_ID, DEFAULT_REGION)
    cdk.deploy()
    deployment = Deployment.load(account.session, NAME)
    story = Story(account, Workflows(account, deployment))
    story.upload_files()
    for case in CASES.values():
        story.train(case)
    yield story
    cdk.destroy()


@each_problem_type
def test_the_trained_model_is_in_service_and_answers_with_the_columns_of_its_type(
    story: Story, name: str
) -> None:
    case, output = CASES[name], story.trained(name)
    assert output["decision"] == "Approved"
    assert live_model(story.account, story.deployment, name) == output["model_package_arn"]
    answer = story.invoke(name, FILES["a.csv"])
    rows = _table(answer.text)
    assert answer.text.splitlines()[0] == ",".join(case.columns)
    assert case.columns == answer_columns(
        label=case.label, classes=case.classes, quantile_levels=case.levels
    )
    assert len(rows) == len(FILES["a.csv"])
    assert AnswerAttributes.from_text(answer.attributes) == AnswerAttributes("direct")
    truth = [case.truth(row) for row in FILES["a.csv"]]
    if case.classes is None:
        middle = [float(row[case.columns[len(case.columns) // 2]]) for row in rows]
        good = [abs(float(a) - b) < 0.2 * HIGHEST_SCORE for a, b in zip(truth, middle, strict=True)]
    else:
        good = [a == row[case.label] for a, row in zip(truth, rows, strict=True)]
    assert sum(good) > 0.8 * len(good)


@each_problem_type
@pytest.mark.parametrize("engine", ["transform", "bulk"])
def test_a_batch_counts_every_row_and_joins_each_id_to_its_own_answer(
    story: Story, name: str, engine: str
) -> None:
    output = story.predicted(name, engine)
    assert output["engine"] == engine
    assert output["columns"] == ["customer", *CASES[name].columns]
    assert output["rows"] == sum(ROWS_OF_FILES.values())
    manifest = json.loads(read_object(story.account, output["manifest_uri"]))
    counted = {
        entry["input"].rpartition("/")[2]: (entry["rows_in"], entry["rows_out"])
        for entry in manifest["files"]
    }
    assert counted == {file: (rows, rows) for file, rows in ROWS_OF_FILES.items()}

    assert len(output["results"]) == len(FILES)
    for uri, rows in zip(output["results"], FILES.values(), strict=True):
        found = _table(read_object(story.account, uri).decode())
        answers = _table(story.invoke(name, rows).text)
        ids = [row.pop("customer") for row in found]
        assert ids == [row["customer"] for row in rows]
        assert list(map(_values, found)) == list(map(_values, answers))
    # Answers differ from row to row, so that one beside another's id would have been noticed.
    assert len({tuple(answer.values()) for answer in answers}) > 50


def test_a_file_of_the_batches_takes_several_requests() -> None:
    assert len(_csv(FILES["c.csv"])) > 1.2 * PAYLOAD_BYTES


def test_every_endpoint_answers_what_autogluon_alone_says(story: Story, tmp_path: Path) -> None:
    rows = FILES["b.csv"] + FILES["a.csv"]
    data = tmp_path / "rows.csv"
    data.write_text(_csv(rows))
    asked = {}
    for name in CASES:
        artifact = tmp_path / f"{name}.tar.gz"
        artifact.write_bytes(read_object(story.account, story.trained(name)["artifact_uri"]))
        asked[name] = (str(artifact), str(data), str(tmp_path / f"{name}.csv"))
    run_in_image("image_predict.py", *chain.from_iterable(asked.values()))
    for name, (_, _, result) in asked.items():
        said, answered = _table(Path(result).read_text()), _table(story.invoke(name, rows).text)
        assert said
        assert set(said[0]) == set(CASES[name].columns) - (
            {CASES[name].label} if CASES[name].classes else set()
        )
        for theirs, ours in zip(said, answered, strict=True):
            assert {k: float(ours[k]) for k in theirs} == pytest.approx(
                {k: float(v) for k, v in theirs.items()}, rel=1e-9, abs=1e-9
            )


@pytest.mark.long
def test_a_promotion_switches_the_direct_path_off_and_on_without_training(story: Story) -> None:
    live = story.trained("regression")["model_package_arn"]
    before = story.invoke("regression", FILES["a.csv"])
    trainings = training_job_names(story.account)
    for engine, named in (("autogluon", "autogluon"), ("auto", "direct")):
        output = story.workflows.run(
            "promote", {"predictor": "regression", "model": live, "engine": engine}
        )
        assert (output["live_model"], output["engine"]) == (live, engine)
        assert live_model(story.account, story.deployment, "regression") == live
        assert story.invoke("regression", FILES["a.csv"]) == Answer(
            before.text, AnswerAttributes(named).text()
        )
    assert before.attributes == AnswerAttributes("direct").text()
    assert training_job_names(story.account) == trainings

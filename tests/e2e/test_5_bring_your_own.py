"""Own scripts, images, algorithms and the built-in XGBoost train, are gated, answer and predict.

They share an environment, in which the page's code ran.
"""

from __future__ import annotations

import csv
import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page, workspace
from tests.integration.standalone import ROOT, StandaloneAws

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PAGE = "docs/how-to/bring-your-own.md"
EXAMPLE = ROOT / "examples" / "bring-your-own"
# The names of its roles are those of the recorded environment: docs/reference/iam-report.md.
SETTINGS = "config/sandbox.yaml"
ROWS = 200
HOUSING = "examples/housing/test.csv"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/prices:7"
ALGORITHM = "arn:aws:sagemaker:us-east-1:123456789012:algorithm/prices"
HOUSES = 1000
PRICES = f"""\
  prices:
    type: script
    init_args: {{label: Price, problem_type: regression}}
    fit_args: {{label: Price, factor: 2}}
    image_uri: {IMAGE}
    script: {{metrics: {{mean: "mean=([0-9.]+)"}}}}
    training: {{instance_type: ml.m5.large, max_runtime_seconds: 1800}}
    quality_gate: {{metric: mean, minimum: 1}}
    endpoint: {{instance_type: ml.m5.large}}
"""


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal in an environment with the example's predictor, after the page's code ran."""
    folder = workspace(tmp_path_factory.mktemp("person"))
    houses = (EXAMPLE / "xgboost.yaml").read_text().partition("predictors:\n")[2]
    costs = (EXAMPLE / "algorithm.yaml").read_text().partition("predictors:\n")[2]
    costs = costs.replace("  prices:\n", "  costs:\n", 1)
    own = (EXAMPLE / "bring-your-own.yaml").read_text()
    Path(folder, SETTINGS).write_text(own + PRICES + houses + costs)
    shutil.copytree(EXAMPLE / "src", folder / "config" / "src")
    options = ("--image", f"{IMAGE}={ROOT / 'tests' / 'own_image'}")
    with StandaloneAws(tmp_path_factory.mktemp("aws"), options=options) as aws:
        shell = standalone_shell(aws, folder)
        shell.json("deploy", "--bootstrap")
        run_page(PAGE, folder, shell.environment)
        yield shell


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_script_is_trained_judged_and_put_into_service(terminal: Shell) -> None:
    run: dict[str, Any] = terminal.json("show", "script-1")
    output = run["output"]
    assert output["decision"] == "Approved"
    assert output["metrics"]["accuracy"] > 0.8
    assert output["best_model"] == "train.py"
    assert len(output["artifact_sha256"]) == 64
    live = {each["version"]: each["live"] for each in terminal.json("models", "income")["models"]}
    assert live == {1: True, 2: False}  # the page registers the artifact again


def test_its_endpoint_answers_by_the_script(terminal: Shell) -> None:
    served = _rows((terminal.folder / "answers.csv").read_text())
    assert [list(row) for row in served] == [["class", "probability"]] * ROWS
    known = _rows((terminal.folder / "rows.csv").read_text())
    right = [row["class"] == said["class"] for row, said in zip(known, served, strict=True)]
    assert sum(right) / ROWS > 0.8


def test_a_batch_has_the_same_answers(terminal: Shell) -> None:
    served = _rows((terminal.folder / "answers.csv").read_text())
    (file,) = (terminal.folder / "answers").rglob("*.csv")
    rows = _rows(file.read_text())
    assert [row["class"] for row in rows] == [row["class"] for row in served]
    assert [float(row["probability"]) for row in rows] == pytest.approx(
        [float(row["probability"]) for row in served]
    )


def test_any_model_of_sagemaker_predicts_files(terminal: Shell) -> None:
    served = _rows((terminal.folder / "answers.csv").read_text())
    run = terminal.json("show", "script-1")["output"]
    bucket = run["artifact_uri"].removeprefix("s3://").partition("/")[0]
    answer = _artifact(terminal, f"s3://{bucket}/income/batches/any-model/rows.csv.out")
    assert [line.split(",")[0] for line in answer.read_text().split()] == [
        row["class"] for row in served
    ]


def test_an_artifact_from_elsewhere_is_registered_through_the_same_gate(terminal: Shell) -> None:
    served = _rows((terminal.folder / "answers.csv").read_text())
    (terminal.folder / "metrics.json").write_text('{"accuracy": 0.85}')
    artifact = terminal.json("show", "script-1")["output"]["artifact_uri"]
    given = ("--schema", "train.csv", "--metrics", "metrics.json", "--on")
    put_on = terminal.run("register", "income", artifact, *given)
    assert put_on.code == 0, put_on.stderr
    versions = {each["version"]: each for each in terminal.json("models", "income")["models"]}
    assert versions[2]["live"] is True
    assert versions[2]["registered_from"] == artifact
    assert versions[2]["eval_metric_value"] == 0.85
    again = terminal.json("predict", "income", "rows.csv")["predictions"]
    assert [row["class"] for row in again] == [row["class"] for row in served]

    (terminal.folder / "metrics.json").write_text('{"accuracy": 0.5}')
    # The same artifact is a version already, whatever is said of it now.
    found = terminal.json("register", "income", artifact, *given[:4])
    assert (found["version"], found["was_here"]) == (2, True)


def test_an_image_of_ones_own_trains_and_serves(terminal: Shell) -> None:
    lines = (ROOT / "examples" / "housing" / "test.csv").read_text().splitlines(keepends=True)
    (terminal.folder / "houses.csv").write_text("".join(lines[: ROWS + 1]))
    known = _rows((terminal.folder / "houses.csv").read_text())
    mean = 2 * sum(float(row["Price"]) for row in known) / ROWS
    output = terminal.json("train", "prices", "houses.csv")["output"]
    assert output["decision"] == "Approved"
    assert output["metrics"]["mean"] == pytest.approx(mean)
    answers = terminal.json("predict", "prices", "houses.csv")["predictions"]
    assert [row["Price"] for row in answers] == pytest.approx([mean] * ROWS)
    failed = terminal.run("train", "prices", "houses.csv", "--fit", "factor=many")
    assert failed.code == 1
    assert "could not convert string to float" in failed.stderr


def test_the_built_in_xgboost_is_measured_on_tuning_data_and_judged(terminal: Shell) -> None:
    output = terminal.json("show", "houses-1")["output"]
    assert output["decision"] == "Approved"
    assert output["best_model"] == "xgboost 1.7-1"
    assert output["eval_metric"] == "validation:rmse"
    assert -70_000 < output["metrics"]["validation:rmse"] < output["metrics"]["train:rmse"] < 0
    with tarfile.open(_artifact(terminal, output["artifact_uri"])) as archive:
        assert archive.getnames() == ["xgboost-model"]


def test_a_search_of_the_built_in_xgboost_registers_its_best_trial(terminal: Shell) -> None:
    output = terminal.json("show", "houses-tuned")["output"]
    assert output["best_model"] == "xgboost 1.7-1"
    assert output["tuning"]["completed"] == 4
    assert set(output["tuning"]["values"]) == {"fit_args.eta", "fit_args.max_depth"}
    assert output["metrics"]["validation:rmse"] == pytest.approx(-output["tuning"]["objective"])


def test_an_algorithm_trains_serves_and_predicts_by_its_own_specification(terminal: Shell) -> None:
    # Another test has its own houses.csv.
    known = _rows((ROOT / "examples" / "housing" / "train.csv").read_text())
    mean = 2 * sum(float(row["Price"]) for row in known) / len(known)
    output = terminal.json("show", "costs-1")["output"]
    assert output["decision"] == "Approved"
    assert output["metrics"] == {"mean": pytest.approx(mean)}
    assert output["best_model"] == ALGORITHM
    sagemaker = terminal.client("sagemaker")
    name = output["artifact_uri"].split("/")[-3]
    job = sagemaker.describe_training_job(TrainingJobName=name)
    assert job["AlgorithmSpecification"]["AlgorithmName"] == ALGORITHM
    assert job["EnableNetworkIsolation"] is True
    assert [each["ChannelName"] for each in job["InputDataConfig"]] == ["train"]

    served = [float(row["Price"]) for row in _rows((terminal.folder / "costs.csv").read_text())]
    assert served == pytest.approx([mean] * HOUSES)
    (file,) = (terminal.folder / "costs").rglob("*.csv")
    assert [float(row["Price"]) for row in _rows(file.read_text())] == pytest.approx(served)


def _artifact(terminal: Shell, uri: str) -> Path:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    path = terminal.folder / "xgboost.tar.gz"
    terminal.client("s3").download_file(bucket, key, str(path))
    return path


def test_its_endpoint_and_batches_answer_rows_in_any_order_of_columns(terminal: Shell) -> None:
    known = _rows((terminal.folder / "new-houses.csv").read_text())
    served = [float(row["Price"]) for row in _rows((terminal.folder / "prices.csv").read_text())]
    errors = [(float(row["Price"]) - said) ** 2 for row, said in zip(known, served, strict=True)]
    measured = -terminal.json("show", "houses-1")["output"]["metrics"]["validation:rmse"]
    assert (sum(errors) / len(errors)) ** 0.5 == pytest.approx(measured, rel=1e-3)
    (file,) = (terminal.folder / "prices").rglob("*.csv")
    assert [float(row["Price"]) for row in _rows(file.read_text())] == pytest.approx(served)

    names = list(reversed(known[0]))
    with (terminal.folder / "turned.csv").open("w", newline="") as target:
        writer = csv.DictWriter(target, names)
        writer.writeheader()
        writer.writerows(known)
    # The page's search has put another version into service since its predictions.
    now, again = (
        [row["Price"] for row in terminal.json("predict", "houses", asked)["predictions"]]
        for asked in ("new-houses.csv", "turned.csv")
    )
    assert again == pytest.approx(now)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ("train", "income", "train.csv", "--fit", "max-leaf-nodes=many"),
            "invalid int value: 'many'",
        ),
        (("train", "income", "no-label.csv"), "no-label.csv"),
        (("batch", "income", "bare.csv"), "has no header, and the script gets the file as it is"),
        (("batch", "income", "rows.csv", "--engine", "bulk"), "does not predict script models"),
        (("tune", "income", "train.csv"), "has no tuning in its deployed settings"),
        (
            ("train", "houses", HOUSING, "--tuning", HOUSING),
            'row 1: column "ocean_proximity" is "<1H OCEAN", and the algorithm takes numbers',
        ),
        (
            ("train", "houses", "houses.csv", "--tuning", "houses.csv", "--fit", "max_dept=3"),
            'unknown hyperparameter (did you mean "max_depth"?)',
        ),
        (
            ("train", "costs", "houses.csv", "--fit", "factor=11"),
            "fit_args.factor: got 11; allowed: a number from 0 to 10",
        ),
        (("train", "costs", "houses.csv", "--fit", "factr=2"), "unknown to the algorithm (did you"),
        (
            ("train", "costs", "houses.csv", "--tuning", "houses.csv"),
            "the algorithm has no channel for it; its channels: train",
        ),
        (("register", "costs", "rows.csv"), "whose artifacts are those of its own runs"),
        (("register", "houses", "rows.csv"), "takes every file of an artifact for a model"),
        (("register", "income", "rows.csv"), "not a valid tar.gz archive"),
        (("register", "income", "absent.tar.gz"), "absent.tar.gz is not a file"),
    ],
)
def test_what_cannot_work_is_told_in_a_sentence(
    terminal: Shell, command: tuple[str, ...], sentence: str
) -> None:
    lines = (terminal.folder / "rows.csv").read_text().splitlines(keepends=True)
    bare = "".join(line.rpartition(",")[0] + "\n" for line in lines[1:])
    (terminal.folder / "bare.csv").write_text(bare)
    (terminal.folder / "no-label.csv").write_text("".join(lines).replace("class\n", "klass\n", 1))
    refused = terminal.run(*command)
    assert refused.code != 0
    assert sentence in refused.stderr


def test_it_is_taken_out_of_service_and_destroyed(terminal: Shell) -> None:
    assert terminal.run("off", "income").code == 0
    assert terminal.run("off", "prices").code == 0
    assert terminal.run("off", "houses").code == 0
    assert terminal.run("off", "costs").code == 0
    assert terminal.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert terminal.run("destroy", "--yes").code == 0

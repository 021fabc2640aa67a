"""Series of a real panel go from `agcdk init` to forecasts of an endpoint and a batch, and back."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import Shell
from tests.e2e.page_run import run_page
from tests.e2e.support import FULL_IMAGE_PYTHON, run_in_image
from tests.integration.standalone import StandaloneAws

PREDICTOR, STEPS = "economy", 4
SERIES = ("gdp", "consumption", "investment", "government", "income")
LEVELS = [str(level / 10) for level in range(1, 10)]
NEXT = "examples/economy/next.csv"
COLUMNS = ["item_id", "timestamp", "mean", *LEVELS]
PAGE = "docs/how-to/time-series.md"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A person's terminal beside an AWS of its own, whose image holds all of AutoGluon."""
    folder = tmp_path_factory.mktemp("person")
    shutil.copytree(ROOT / "examples" / PREDICTOR, folder / "examples" / PREDICTOR)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{ROOT / '.venv' / 'bin'}:{ROOT / 'node_modules' / '.bin'}:{inherited['PATH']}"
    image = ROOT / ".venv-image-full"
    with StandaloneAws(tmp_path_factory.mktemp("aws"), image_environment=image) as aws:
        own = {
            "AWS_ENDPOINT_URL_S3": aws.environment["AWS_ENDPOINT_URL"],
            "HOME": str(folder),
            "PATH": path,
        }
        yield Shell(folder, inherited | aws.environment | own)


@pytest.fixture(scope="module")
def page(terminal: Shell) -> dict[str, Any]:
    """What the page of the docs leaves: a model in service, batches, forecasts from Python."""
    return run_page(PAGE, terminal.folder, terminal.environment, "forecast", "stored")


@pytest.fixture(scope="module")
def trained(terminal: Shell, page: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = terminal.json("show", "first-forecast")
    return found


@pytest.fixture(scope="module")
def forecast(terminal: Shell, page: dict[str, Any]) -> list[dict[str, Any]]:
    """The endpoint's answer to the history and the known covariates of the next year."""
    return _rows((terminal.folder / "forecast.csv").read_text())


def test_a_model_is_trained_judged_and_put_into_service(trained: dict[str, Any]) -> None:
    output = trained["output"]
    assert output["decision"] == "Approved", output["reason"]
    assert output["eval_metric"] == "WQL"
    assert output["evaluated_on"] == "test"
    assert all(value <= 0 for value in output["metrics"].values())
    assert {"MASE", "WAPE", "RMSE"} <= set(output["metrics"])
    assert {row["model"] for row in trained["leaderboard"]} >= {"SeasonalNaive", "Theta"}


def test_the_endpoint_forecasts_each_series(forecast: list[dict[str, Any]]) -> None:
    assert [row["item_id"] for row in forecast] == [name for name in SERIES for _ in range(STEPS)]
    assert [list(row) for row in forecast] == [COLUMNS] * len(forecast)
    assert [row["timestamp"][:10] for row in forecast[:STEPS]] == [
        "2008-01-01", "2008-04-01", "2008-07-01", "2008-10-01",
    ]  # fmt: skip
    for row in forecast:
        assert float(row["0.1"]) <= float(row["0.5"]) <= float(row["0.9"])


def test_a_batch_gives_the_same_forecast(terminal: Shell, forecast: list[dict[str, Any]]) -> None:
    output = terminal.json("show", "first-batch")["output"]
    assert output["columns"] == COLUMNS
    assert output["rows"] == len(forecast)
    s3 = _client(terminal, "s3")
    bucket, _, key = output["results"][0].removeprefix("s3://").partition("/")
    rows = _rows(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
    for row, expected in zip(rows, forecast, strict=True):
        assert row["item_id"] == expected["item_id"]
        assert _numbers(row) == pytest.approx(_numbers(expected), rel=1e-9)


def test_files_of_series_on_two_instances_give_the_same_forecast(
    terminal: Shell, forecast: list[dict[str, Any]]
) -> None:
    header, *lines = (terminal.folder / NEXT).read_text().splitlines()
    (terminal.folder / "shards").mkdir()
    for number in range(2):
        own = [line for line in lines if SERIES.index(line.split(",")[0]) % 2 == number]
        (terminal.folder / f"shards/{number}.csv").write_text("\n".join([header, *own]) + "\n")
    sent = ("shards", "--instance-count", "2", "--name", "shards", "--download", "shard-results")
    done = terminal.run("batch", PREDICTOR, *sent)
    assert done.code == 0, done.stderr
    files = [path for path in (terminal.folder / "shard-results").rglob("*") if path.is_file()]
    assert len(files) == 2
    found = {
        (row["item_id"], row["timestamp"][:10]): row
        for file in files
        for row in _rows(file.read_text())
    }
    assert len(found) == len(forecast)
    for expected in forecast:
        row = found[expected["item_id"], expected["timestamp"][:10]]
        assert _numbers(row) == pytest.approx(_numbers(expected), rel=1e-9)


def test_plain_autogluon_gives_the_same_forecast_in_a_process_of_its_own(
    terminal: Shell, forecast: list[dict[str, Any]]
) -> None:
    (predictor,) = (terminal.folder / PREDICTOR).rglob("predictor.pkl")
    result = terminal.folder / "plain.csv"
    static = terminal.folder / "examples/economy/series.csv"
    paths = (predictor.parent, terminal.folder / NEXT, static)
    run_in_image("image_forecast.py", *map(str, paths), "billions", "election_year", str(result),
                 python=FULL_IMAGE_PYTHON)  # fmt: skip
    plain = {(row["item_id"], row["timestamp"][:10]): row for row in _rows(result.read_text())}
    assert len(plain) == len(forecast)
    for expected in forecast:
        row = plain[expected["item_id"], expected["timestamp"][:10]]
        assert _numbers(row) == pytest.approx(_numbers(expected), rel=1e-9)


def test_stored_series_are_forecast_without_their_history(
    terminal: Shell, page: dict[str, Any]
) -> None:
    rows = _rows((terminal.folder / "stored.csv").read_text())
    assert [row["item_id"] for row in rows] == [name for name in SERIES for _ in range(STEPS)]
    assert {row["timestamp"][:4] for row in rows} == {"2007"}
    assert terminal.json("show", "stored-batch")["output"]["rows"] == len(rows)

    # As if the history had been sent: the training data, and the year below it.
    train = list(csv.reader((terminal.folder / "examples/economy/train.csv").open()))
    year = list(csv.reader((terminal.folder / "examples/economy/year.csv").open()))[1:]
    sent = [*train, *([name, time, "", election] for name, time, election in year)]
    (terminal.folder / "sent.csv").write_text("".join(f"{','.join(row)}\n" for row in sent))
    answered = terminal.json("predict", PREDICTOR, "sent.csv")["predictions"]
    for row, expected in zip(rows, answered, strict=True):
        assert row["item_id"] == expected["item_id"]
        assert _numbers(row) == pytest.approx(_numbers(expected), rel=1e-9)

    named = {row["item_id"]: row for row in page["stored"].to_dict(orient="records")}
    assert list(named) == ["gdp", "income"]


def test_static_features_are_recorded(terminal: Shell, trained: dict[str, Any]) -> None:
    record = terminal.run("schema", PREDICTOR, "--print", "json-schema").document["items"]
    assert {"kind", "part_of_gdp"} <= record["properties"].keys()
    assert record["required"] == ["item_id"]
    refused = terminal.run(
        "train", PREDICTOR, "examples/economy/train.csv", "--static", "examples/economy/year.csv"
    )
    assert 'column "timestamp" is a column of the training data, too' in refused.stderr


def test_known_covariates_come_in_a_table_of_their_own_too(
    page: dict[str, Any], forecast: list[dict[str, Any]]
) -> None:
    found = page["forecast"]
    assert list(found.columns) == COLUMNS
    assert found["timestamp"].dtype.kind == "M"
    for row, expected in zip(found.to_dict(orient="records"), forecast, strict=True):
        assert _numbers(row) == pytest.approx(_numbers(expected), rel=1e-9)


def test_the_endpoint_answers_the_example_of_its_schema(terminal: Shell, page: Any) -> None:
    example = terminal.run("schema", PREDICTOR, "--print", "example").document
    lines = "".join(f"{json.dumps(row)}\n" for row in example)
    (terminal.folder / "example.jsonl").write_text(lines)
    found = terminal.json("predict", PREDICTOR, "example.jsonl")["predictions"]
    assert [list(row) for row in found] == [COLUMNS] * STEPS


def test_wrong_requests_are_refused_in_a_sentence(terminal: Shell, trained: dict[str, Any]) -> None:
    lines = (terminal.folder / NEXT).read_text().splitlines()
    history = [line for line in lines if ",," not in line]
    (terminal.folder / "no-future.csv").write_text("\n".join(history) + "\n")
    (terminal.folder / "twice.csv").write_text("\n".join([*lines, lines[1]]) + "\n")
    year = (terminal.folder / "examples/economy/year.csv").read_text()
    (terminal.folder / "unknown.csv").write_text(year.replace("gdp", "exports"))
    for file, parts in (
        ("no-future.csv", ('Series "gdp" has 0 of the 4 future rows', "election_year")),
        ("twice.csv", ("gdp", "1980-01-01")),
        ("unknown.csv", ('Series "exports" has no history', "not among the stored series")),
    ):
        refused = terminal.run("predict", PREDICTOR, file)
        assert refused.code != 0
        assert all(part in refused.stderr for part in parts), refused.stderr
    refused = terminal.run("batch", PREDICTOR, NEXT, "--id-column", "item_id")
    assert "a timeseries model does not answer row by row" in refused.stderr


def test_the_predictor_is_pulled_for_autogluon(terminal: Shell, page: dict[str, Any]) -> None:
    assert "TimeSeriesPredictor.load(" in page["printed"]
    (predictor,) = (terminal.folder / PREDICTOR).rglob("predictor.pkl")
    assert predictor.is_file()


def _rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


def _numbers(row: dict[str, Any]) -> list[float]:
    return [float(row[name]) for name in COLUMNS[2:]]


def _client(terminal: Shell, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=terminal.environment["AWS_ENDPOINT_URL"],
        region_name=terminal.environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=terminal.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=terminal.environment["AWS_SECRET_ACCESS_KEY"],
    )

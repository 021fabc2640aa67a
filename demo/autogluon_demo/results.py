"""Show the results of the main job: tables, locations, and an estimate of the cost."""

from __future__ import annotations

import csv
import itertools
import json
from typing import Any

from autogluon_cli.costs.estimates import estimate, estimate_job
from autogluon_cli.terminal.scores import metric_of, scores_title, shown_board
from autogluon_client.data.storage import download
from autogluon_constructs.catalogues.instances import PRICES_AS_OF
from autogluon_contracts.shown.scores import ShownMetric
from autogluon_demo.cdk import ROOT
from autogluon_demo.workflow import Workbench

_ROWS_SHOWN = 5
_LEADERBOARD_COLUMNS = ("model", "score_test", "score_val", "fit_time", "pred_time_test")


def show_training(bench: Workbench, trained: dict[str, Any]) -> None:
    """Show the leaderboard and the metrics of a Train execution's output."""
    path = download(
        bench.session.client("s3"),
        trained["leaderboard_uri"],
        bench.example.results / "leaderboard.csv",
    )
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    metric = metric_of(trained)
    columns = [name for name in _LEADERBOARD_COLUMNS if name in rows[0]]
    board = [
        {"model": row["model"], **{name: float(row[name]) for name in columns[1:]}} for row in rows
    ]
    bench.screen.table(
        scores_title("Leaderboard, times in seconds", metric),
        columns,
        [[row[name] for name in columns] for row in shown_board(board, metric)],
    )
    bench.screen.table(
        f"Metrics on the {trained['evaluated_on']} data",
        ["metric", "value", "better"],
        [
            (name, of.shown(value), of.better.partition(" ")[0])
            for name, value in trained["metrics"].items()
            for of in (ShownMetric(name),)
        ],
    )


def show_answers(bench: Workbench) -> None:
    """Show the endpoint's answers to the first rows of the test file, beside the true labels."""
    example = bench.example
    with (example.folder / "test.csv").open(newline="") as lines:
        rows = list(itertools.islice(csv.DictReader(lines), _ROWS_SHOWN))
    truth = [row.pop(example.label) for row in rows]
    endpoint = bench.deployment.endpoint_name(example.predictor)
    answer = bench.session.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint,
        ContentType="application/json",
        Accept="application/json",
        Body=json.dumps(rows),
    )
    predictions = json.loads(answer["Body"].read())
    # For two classes, one probability suffices.
    probabilities = [name for name in predictions[0] if name != example.label][-1:]
    bench.screen.table(
        f"Endpoint {endpoint} answers",
        [*example.shown_columns, *probabilities, "predicted", "truth"],
        [
            [
                *(row[name] for name in example.shown_columns),
                *(found[name] for name in probabilities),
                found[example.label],
                true,
            ]
            for row, found, true in zip(rows, predictions, truth, strict=True)
        ],
    )


def show_batch(bench: Workbench, batch: dict[str, Any]) -> None:
    """Show the first rows of a BatchPredict execution's result."""
    path = download(
        bench.session.client("s3"), batch["results"][0], bench.example.results / "predictions.csv"
    )
    with path.open(newline="") as lines:
        columns, *rows = itertools.islice(csv.reader(lines), _ROWS_SHOWN + 1)
    bench.screen.table(f"The batch's result, first of {batch['rows']:,} rows", columns, rows)


def show_locations(bench: Workbench, trained: dict[str, Any], batch: dict[str, Any]) -> None:
    """Show names and URIs of all results; the report is downloaded beside the other files."""
    facts = [
        ("endpoint", bench.deployment.endpoint_name(bench.example.predictor)),
        ("model package", trained["model_package_arn"]),
        ("model artifact", trained["artifact_uri"]),
        ("metrics", trained["metrics_uri"]),
        *_report_locations(bench, trained["report_uri"]),
        ("batch result", batch["results"][0]),
        ("batch manifest", batch["manifest_uri"]),
        ("local copies", str(bench.example.results.relative_to(ROOT))),
    ]
    bench.screen.facts("Names and locations", facts)


def _report_locations(bench: Workbench, uri: str | None) -> list[tuple[str, str]]:
    if uri is None:
        return [("report", "not written; see the warnings in the metrics")]
    page = download(bench.session.client("s3"), uri, bench.example.results / "report.html")
    return [("report", uri), ("report, for a browser", str(page.relative_to(ROOT)))]


def show_costs(bench: Workbench, trained: dict[str, Any], batch: dict[str, Any]) -> None:
    """Show an estimate of what the same would cost on AWS."""
    sagemaker = bench.session.client("sagemaker")
    predictor = bench.example.predictor
    training = sagemaker.describe_training_job(TrainingJobName=trained["run"])
    transform = sagemaker.describe_transform_job(TransformJobName=batch["job_name"])
    endpoint = bench.deployment.endpoint_name(predictor)
    config = sagemaker.describe_endpoint_config(
        EndpointConfigName=sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
    )
    variant = config["ProductionVariants"][0]
    kind, count = variant["InstanceType"], variant["InitialInstanceCount"]
    estimates = [
        estimate_job(predictor, trained["run"], training),
        estimate_job(predictor, batch["job_name"], transform),
        estimate("endpoint, per hour", predictor, endpoint, kind, count, 3600),
    ]
    bench.screen.table(
        f"Cost on AWS (estimate: on-demand list prices, us-east-1, {PRICES_AS_OF}; measured time)",
        ["what", "instance type", "instances", "hours", "USD"],
        [
            [entry.what, entry.instance_type, entry.instance_count, entry.hours, entry.usd]
            for entry in estimates
        ],
    )

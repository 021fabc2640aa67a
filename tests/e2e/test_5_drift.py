"""What an endpoint is asked is captured, and drift is named within one period: the page's story."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page, workspace
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PAGE = "docs/how-to/drift.md"
# Its name is that of the recorded environment: docs/reference/iam-report.md.
ENDPOINT = "autogluon-sandbox-income"
ALARM = {"namespace": "autogluon-sandbox", "metric": "DriftedColumns"}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The environment of the page, deployed, trained and asked by the page's commands."""
    folder = workspace(tmp_path_factory.mktemp("person"))
    settings = (ROOT / "examples/drift/drift.yaml").read_text()
    Path(folder, "config/sandbox.yaml").write_text(settings)
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder)
        shell.json("deploy", "--bootstrap")
        run_page(PAGE, folder, shell.environment)
        yield shell


def captured(shell: Shell) -> list[dict[str, Any]]:
    """All captured records, after their form in S3 was looked at."""
    s3 = shell.client("s3")
    [bucket] = [each["Name"] for each in s3.list_buckets()["Buckets"] if "artifact" in each["Name"]]
    found = []
    for item in s3.list_objects_v2(Bucket=bucket, Prefix="income/captured/").get("Contents", []):
        parts = item["Key"].split("/")
        assert parts[2:4] == [ENDPOINT, "AllTraffic"]
        assert [len(part) for part in parts[4:8]] == [4, 2, 2, 2]
        stored = s3.get_object(Bucket=bucket, Key=item["Key"])
        assert stored["ServerSideEncryption"] == "aws:kms"
        found += [json.loads(line) for line in stored["Body"].read().splitlines()]
    return found


def ask(shell: Shell, lines: list[str], inference_id: str) -> None:
    shell.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=ENDPOINT,
        Body="".join(lines),
        ContentType="text/csv",
        Accept="text/csv",
        InferenceId=inference_id,
    )
    until(
        lambda: any(
            each["eventMetadata"].get("inferenceId") == inference_id for each in captured(shell)
        ),
        30,
        "the request is captured",
    )


def rows(first: int, count: int) -> list[list[str]]:
    """Rows of the test data, without the label's column."""
    lines = (ROOT / "examples/income/test.csv").read_text().splitlines()[1:]
    return [line.split(",")[:-1] for line in lines[first : first + count]]


def header() -> str:
    names = (ROOT / "examples/income/test.csv").read_text().splitlines()[0]
    return names.rpartition(",")[0] + "\n"


def alarm(shell: Shell) -> dict[str, Any]:
    [found] = [
        each
        for each in shell.client("cloudwatch").describe_alarms()["MetricAlarms"]
        if each.get("MetricName") == ALARM["metric"]
    ]
    assert found["Namespace"] == ALARM["namespace"]
    return dict(found)


def test_requests_are_captured_as_the_settings_say(shell: Shell) -> None:
    described = shell.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)
    summary = described["DataCaptureConfig"]
    assert summary["EnableCapture"] is True
    assert summary["CurrentSamplingPercentage"] == 100
    assert summary["DestinationS3Uri"].endswith("/income/captured")
    until(lambda: captured(shell), 30, "the page's requests are captured")
    for record in captured(shell):
        assert record["captureData"].keys() == {"endpointInput", "endpointOutput"}


def test_unchanged_requests_raise_no_alarm(shell: Shell) -> None:
    clean = [",".join(row) + "\n" for row in rows(1000, 300)]
    ask(shell, [header(), *clean], "clean")
    found = shell.json("drift", "income", "--hours", "1")
    assert found["output"]["outcome"] == "compared"
    assert found["report"]["rows"] >= 300
    assert found["output"]["drifted_columns"] == []
    assert alarm(shell)["StateValue"] != "ALARM"


def test_a_shift_and_a_new_category_are_named_within_one_period(shell: Shell) -> None:
    country = header().rstrip().split(",").index("native-country")
    shifted = rows(2000, 300)
    for at, row in enumerate(shifted):
        row[0] = str(int(row[0]) + 12)
        if at % 8 == 0:
            row[country] = "Atlantis"
    ask(shell, [header(), *(",".join(row) + "\n" for row in shifted)], "shifted")
    page = shell.folder / "drift.html"

    found = shell.json("drift", "income", "--hours", "1", "--output", str(page))

    named = [each for each in found["report"]["comparisons"] if each["drifted"]]
    of_features = {(each["column"], each["aspect"]) for each in named if each["part"] == "feature"}
    assert ("age", "distribution") in of_features
    assert ("native-country", "new values") in of_features
    assert {column for column, _ in of_features} == {"age", "native-country"}
    assert "Atlantis" in page.read_text()
    assert "Atlantis" not in json.dumps(found["output"])
    until(lambda: alarm(shell)["StateValue"] == "ALARM", 60, "the alarm is raised")
    shown = shell.run("drift", "income", "--last")
    assert "“Atlantis”" in shown.stdout
    assert shell.json("runs", "income", "--kind", "drift")["runs"]


def test_labels_judge_the_answers_by_the_requests_ids(shell: Shell) -> None:
    lines = (ROOT / "examples/income/test.csv").read_text().splitlines()[1:][2000:2300]
    other = {"<=50K": ">50K", ">50K": "<=50K"}
    labels = ["inference_id,row,class\n"]
    labels += [
        f"shifted,{row},{other[line.rpartition(',')[2]]}\n" for row, line in enumerate(lines, 1)
    ]
    path = shell.folder / "labels.csv"
    path.write_text("".join(labels))

    found = shell.json("drift", "income", "--hours", "1", "--labels", str(path))

    assert found["report"]["labelled_rows"] == 300
    [quality] = [each for each in found["report"]["comparisons"] if each["part"] == "quality"]
    assert quality["drifted"]
    assert "of the answers are wrong" in quality["sentence"]

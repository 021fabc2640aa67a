"""Files that other people wrote, and a very wide one, from `agcdk init` to a batch."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autogluon_cli.deployment.cdk import app_options, assembly_options
from autogluon_cli.framework.errors import CommandError
from autogluon_client.environment.deployment import Deployment
from autogluon_demo.cdk import ROOT, cdk_on
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from tests.e2e.support import Account, Workflows, live_model, read_object
from tests.foreign_data.journey import Begun, begin, first_rows
from tests.foreign_data.packages import INSTALLED, csv_files, drawn

NAME = "foreign"
# One predictor whose runs say what they predict: fifty endpoints would be fifty servers.
SETTINGS = """\
removal: destroy
log_retention_days: 7
predictors:
  any:
    init_args: {}
    framework_version: "1.6.3"
    training: {instance_type: ml.m5.large, max_runtime_seconds: 1800}
    quality_gate: {on_pass: approve}
    endpoint: {instance_type: ml.m5.large}
    batch: {instance_type: ml.m5.large}
"""
FIT_ARGS = {
    "hyperparameters": {"GBM": {"num_boost_round": 25}},
    "fit_weighted_ensemble": False,
}
PAGE = ROOT / "docs" / "reference" / "foreign-data.md"
_ROW = re.compile(r"\| (?P<file>\S+\.csv(?:\.gz)?) \| .* \| (?P<outcome>[^|]*) \|")


def _told() -> dict[str, str]:
    """What the page says of the fifty files, in its order."""
    table = PAGE.read_text(encoding="utf-8").partition("## From init to predictions")[2]
    return {found["file"]: found["outcome"] for found in _ROW.finditer(table)}


TOLD = _told()


@dataclass(frozen=True)
class Story:
    """The deployed environment, and the files."""

    account: Account
    workflows: Workflows
    files: dict[str, Path]
    folder: Path

    def upload(self, key: str, body: bytes) -> str:
        bucket = self.workflows.deployment.data_bucket
        self.account.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        return f"s3://{bucket}/{key}"

    def train(self, key: str, path: Path, begun: Begun) -> dict[str, Any]:
        """Train, see the new version put into service, and return the execution's output."""
        output = self.workflows.run(
            "train",
            {
                "predictor": "any",
                "train_data": self.upload(f"{key}/train/{path.name}", path.read_bytes()),
                "init_args": begun.init_args,
                "fit_args": FIT_ARGS,
            },
        )
        assert output["decision"] == "Approved"
        live = live_model(self.account, self.workflows.deployment, "any")
        assert live == output["model_package_arn"]
        return output

    def ask(self, body: bytes, content_type: str) -> list[dict[str, Any]]:
        answer = self.account.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=self.workflows.deployment.endpoint_name("any"),
            ContentType=content_type,
            Accept="application/json",
            Body=body,
        )
        found: list[dict[str, Any]] = json.loads(answer["Body"].read())
        return found

    def batch(self, key: str, body: bytes) -> list[dict[str, str]]:
        data = self.upload(f"{key}/batch/rows.csv", body)
        output = self.workflows.run("batch_predict", {"predictor": "any", "data": data})
        (result,) = output["results"]
        text = read_object(self.account, result).decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def story(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    assert INSTALLED.is_dir(), "run make setup-sdks"
    folder = tmp_path_factory.mktemp(NAME)
    (folder / f"{NAME}.yaml").write_text(SETTINGS)
    assembly = folder / "out"
    app = app_options(NAME, folder, assembly)
    cdk_on(account.environment, account.processes, app).synth()
    cdk = cdk_on(account.environment, account.processes, assembly_options(assembly))
    cdk.bootstrap(ACCOUNT_ID, DEFAULT_REGION)
    cdk.deploy()
    workflows = Workflows(account, Deployment.load(account.session, NAME))
    yield Story(account, workflows, drawn(csv_files(folder / "files")), folder)
    cdk.destroy()


@pytest.mark.long
@pytest.mark.parametrize("name", TOLD)
def test_a_file_gets_from_init_to_a_batch_as_the_page_says(story: Story, name: str) -> None:
    path, key = story.files[name], re.sub(r"\W", "-", name)
    if TOLD[name].startswith("refused by init: "):
        with pytest.raises(CommandError) as caught:
            begin(path)
        assert str(caught.value).endswith(TOLD[name].removeprefix("refused by init: "))
        return
    begun = begin(path)
    assert TOLD[name].startswith(f"{begun.outcome.problem_type}, predicted")
    _train_and_predict(story, key, path, begun)


@pytest.mark.long
def test_a_table_of_five_thousand_columns_gets_from_init_to_a_batch(story: Story) -> None:
    path = story.folder / "wide.csv"
    _write_wide_table(path)
    begun = begin(path)
    assert (begun.outcome.label, begun.outcome.columns) == ("class", 5_001)
    assert begun.outcome.left_out == 0

    output = _train_and_predict(story, "wide", path, begun)
    page = read_object(story.account, output["report_uri"]).decode()
    assert "f0000" in page


def _write_wide_table(path: Path) -> None:
    """Write 400 rows of 4,000 floats, 500 whole numbers, 500 categories and a class."""
    source = random.Random(5_000)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"f{number:04}" for number in range(5_000)), "class"])
        for _ in range(400):
            floats = [round(source.gauss(0, 1), 4) for _ in range(4_000)]
            whole = [source.randrange(100) for _ in range(500)]
            words = [source.choice(("red", "green", "blue")) for _ in range(500)]
            label = "yes" if floats[0] + source.gauss(0, 0.5) > 0 else "no"
            writer.writerow([*floats, *whole, *words, label])


def _train_and_predict(story: Story, key: str, path: Path, begun: Begun) -> dict[str, Any]:
    output = story.train(key, path, begun)
    body, content_type = first_rows(path)
    answers = story.ask(body, content_type)
    rows = begun.rows()
    assert len(answers) == len(rows)
    assert story.ask(json.dumps(rows).encode(), "application/json") == answers
    assert [_plain(row) for row in story.batch(key, body)] == [_plain(row) for row in answers]
    return output


def test_the_page_names_all_files_that_are_drawn() -> None:
    assert len(TOLD) == 50


def _plain(row: dict[str, Any]) -> dict[str, float | str]:
    """The cells as numbers where they are such: engines print whole ones in two ways."""
    return {name: _number(str(cell)) for name, cell in row.items()}


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text

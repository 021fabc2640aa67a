"""A new version gets requests step by step; an alarm undoes a broken one; `--at-once` is quick."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Answer, Shell, standalone_shell
from tests.e2e.support import advance_clock
from tests.integration.standalone import IMAGE, ROOT, StandaloneAws, archive
from tests.pages import first_block
from tests.waiting import until

PAGE = "docs/how-to/updates.md"
ENDPOINT = "autogluon-dev-housing"
GROUP = "autogluon-dev-housing"
BROKEN = """
def model_fn(folder):
    return None

def transform_fn(model, body, content_type, accept):
    raise RuntimeError("this version is broken")
"""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """An environment with version 1 in service, and version 2 approved."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    settings = (ROOT / "examples/updates/canary.yaml").read_text()
    Path(folder, "config/dev.yaml").write_text(settings)
    rows = (ROOT / "examples/housing/train.csv").read_text().splitlines(keepends=True)
    # Another version: it has seen half of the rows, so that its answers have other bits.
    Path(folder, "half.csv").write_text("".join(rows[: len(rows) // 2]))
    Path(folder, "row.csv").write_text(
        "".join((ROOT / "examples/housing/test.csv").open().readlines()[:2])
    )
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        shell.json(
            "train", "housing", str(ROOT / "examples/housing/train.csv"), "--wait", "--promote"
        )
        shell.json("train", "housing", "half.csv", "--wait", "--no-promote")
        yield shell


class Caller:
    """Asks the endpoint all the time; `answers` are in the order in which they came."""

    def __init__(self, shell: Shell) -> None:
        self._runtime = shell.client("sagemaker-runtime")
        self._body = (shell.folder / "row.csv").read_bytes()
        self.answers: list[bytes] = []
        self.errors: list[Exception] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> Caller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def one(self) -> bytes:
        answer = self._runtime.invoke_endpoint(
            EndpointName=ENDPOINT, Body=self._body, ContentType="text/csv"
        )
        found: bytes = answer["Body"].read()
        return found

    def ask_more(self, count: int) -> None:
        """Wait until so many more requests have ended."""
        before = len(self.answers) + len(self.errors)
        until(lambda: len(self.answers) + len(self.errors) >= before + count, 60, "more requests")

    def _send(self) -> None:
        while not self._ends.wait(0.05):
            try:
                self.answers.append(self.one())
            except Exception as error:  # noqa: BLE001 - the tests say which are expected
                self.errors.append(error)


class Promotion:
    """A command that waits for a promotion, in a thread of its own."""

    def __init__(self, shell: Shell, *arguments: str) -> None:
        self._answers: list[Answer] = []
        self._thread = threading.Thread(target=lambda: self._answers.append(shell.run(*arguments)))
        self._thread.start()

    def ended(self) -> Answer:
        self._thread.join(120)
        [answer] = self._answers
        return answer


def described(shell: Shell) -> dict[str, Any]:
    found: dict[str, Any] = shell.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)
    return found


def stage(shell: Shell) -> str:
    pending = described(shell).get("PendingDeploymentSummary") or {}
    variants = pending.get("ProductionVariants") or [{"VariantStatus": [{"StatusMessage": ""}]}]
    message: str = variants[0]["VariantStatus"][0]["StatusMessage"]
    return message


def baking(shell: Shell, part: str) -> Callable[[], bool]:
    def holds() -> bool:
        message = stage(shell)
        return message.startswith("Baking") and part in message

    return holds


def live_version(shell: Shell) -> int:
    [found] = shell.json("endpoints")["endpoints"]
    version: int = found["live_version"]
    return version


def command(heading: str, start: str) -> list[str]:
    """Return the words of the page's command below a heading that begins so, without agcdk."""
    [line] = [line for line in first_block(PAGE, heading).commands if line.startswith(start)]
    return shlex.split(line)[1:]


def test_a_canary_is_tried_and_then_answers_everything(shell: Shell) -> None:
    with Caller(shell) as caller:
        caller.ask_more(5)
        [first] = {*caller.answers}
        promotion = Promotion(shell, *command("Go back by alarms", "agcdk on"))
        until(baking(shell, "canary capacity of 1 instance(s)"), 60, "the canary is tried")
        caller.ask_more(40)
        shared = {*caller.answers[-40:]}
        advance_clock(shell.environment, 600)
        until(baking(shell, "full capacity of 2 instance(s)"), 60, "all requests have moved")
        caller.ask_more(20)
        later = {*caller.answers[-15:]}
        advance_clock(shell.environment, 300)
        answer = promotion.ended()

    assert answer.code == 0, answer.stderr
    assert caller.errors == []
    [second] = later
    assert first != second
    assert shared == {first, second}
    assert "updating the endpoint, baking for 600 seconds" in answer.stderr
    assert live_version(shell) == 2


def test_an_alarm_undoes_a_broken_version(shell: Shell) -> None:
    sagemaker, s3 = shell.client("sagemaker"), shell.client("s3")
    spec = sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
    newest = sagemaker.describe_model_package(ModelPackageName=spec[0]["ModelPackageArn"])
    url = str(newest["InferenceSpecification"]["Containers"][0])
    bucket = url.partition("s3://")[2].partition("/")[0]
    s3.put_object(
        Bucket=bucket, Key="housing/broken.tar.gz", Body=archive({"code/inference.py": BROKEN})
    )
    sagemaker.create_model_package(
        ModelPackageGroupName=GROUP,
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            "Containers": [
                {
                    "Image": IMAGE,
                    "ModelDataUrl": f"s3://{bucket}/housing/broken.tar.gz",
                    "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
                }
            ],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )
    with Caller(shell) as caller:
        promotion = Promotion(shell, "on", "housing", "--model", "3")
        until(baking(shell, "canary"), 60, "the canary is tried")
        until(lambda: len(caller.errors) >= 5, 60, "the canary fails")
        advance_clock(shell.environment, 120)
        answer = promotion.ended()
        errors = len(caller.errors)
        caller.ask_more(20)

    assert len(caller.errors) == errors, "all requests are answered again"
    assert answer.code != 0
    assert "went into ALARM state" in answer.stderr
    assert "autogluon-dev-housing-endpoint-" in answer.stderr
    assert "ServerErrors" in answer.stderr
    assert live_version(shell) == 2
    found = described(shell)
    assert (found["EndpointStatus"], len(found["ProductionVariants"])) == ("InService", 1)
    failed = {each["version"]: each for each in shell.json("models", "housing")["models"]}
    assert failed[3]["promotion_failed"]


def test_while_an_alarm_is_on_a_version_returns_at_once(shell: Shell) -> None:
    alarms = shell.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert any("ServerErrors" in alarm["AlarmName"] for alarm in alarms)

    with Caller(shell) as caller:
        answer = shell.run(*command("Be quick in an emergency", "agcdk rollback"))

    assert answer.code == 0, answer.stderr
    assert caller.errors == []
    assert live_version(shell) == 1

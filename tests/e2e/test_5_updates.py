"""A new version gets requests step by step, by alarms or at once; stages promote, hours end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page
from tests.e2e.support import advance_clock
from tests.integration.standalone import ROOT, StandaloneAws, archive
from tests.waiting import until

# It deploys an environment of its own.
pytestmark = pytest.mark.long

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


def status(shell: Shell) -> str:
    [found] = shell.json("endpoints")["endpoints"]
    state: str = found["status"]
    return state


def live_version(shell: Shell) -> int | None:
    [found] = shell.json("endpoints")["endpoints"]
    version: int | None = found["live_version"]
    return version


def specification(shell: Shell, version: int) -> dict[str, Any]:
    models = {each["version"]: each["arn"] for each in shell.json("models", "housing")["models"]}
    found: dict[str, Any] = shell.client("sagemaker").describe_model_package(
        ModelPackageName=models[version]
    )["InferenceSpecification"]
    return found


def register(shell: Shell, **container: Any) -> None:
    """Register an approved version like version 2, but for members of its container."""
    like = specification(shell, 2)
    [own] = like["Containers"]
    shell.client("sagemaker").create_model_package(
        ModelPackageGroupName=GROUP,
        ModelApprovalStatus="Approved",
        InferenceSpecification={**like, "Containers": [{**own, **container}]},
    )


def test_a_canary_is_tried_then_answers_everything_and_goes_back_at_once(shell: Shell) -> None:
    with Caller(shell) as caller, ThreadPoolExecutor() as pool:
        caller.ask_more(5)
        [first] = {*caller.answers}
        page = pool.submit(lambda: run_page(PAGE, shell.folder, shell.environment))
        until(baking(shell, "canary capacity of 1 instance(s)"), 60, "the canary is tried")
        caller.ask_more(40)
        shared = {*caller.answers[-40:]}
        advance_clock(shell.environment, 600)
        until(baking(shell, "full capacity of 2 instance(s)"), 60, "all requests have moved")
        caller.ask_more(20)
        later = {*caller.answers[-15:]}
        advance_clock(shell.environment, 300)
        printed = page.result(180)["printed"]

    assert caller.errors == []
    [second] = later
    assert first != second
    assert shared == {first, second}
    assert printed.index("Version 2 of housing is live") < printed.index("Version 1 of housing")
    assert live_version(shell) == 1


def test_an_alarm_undoes_a_broken_version(shell: Shell) -> None:
    [own] = specification(shell, 2)["Containers"]
    bucket = own["ModelDataUrl"].removeprefix("s3://").partition("/")[0]
    body = archive({"code/inference.py": BROKEN})
    shell.client("s3").put_object(Bucket=bucket, Key="housing/broken.tar.gz", Body=body)
    register(
        shell,
        ModelDataUrl=f"s3://{bucket}/housing/broken.tar.gz",
        Environment={"SAGEMAKER_PROGRAM": "inference.py"},
    )
    told = shell.folder / "promotion.txt"
    stage = "updating the endpoint, baking for 600 seconds"
    with Caller(shell) as caller:
        promotion = shell.start("on", "housing", "--model", "3", told=told)
        until(lambda: stage in told.read_text(), 60, "the canary is tried, and told")
        until(lambda: len(caller.errors) >= 5, 60, "the canary fails")
        advance_clock(shell.environment, 120)
        assert promotion.wait(180) != 0
        errors = len(caller.errors)
        caller.ask_more(20)

    assert len(caller.errors) == errors, "all requests are answered again"
    printed = told.read_text()
    assert "went into ALARM state" in printed
    assert "autogluon-dev-housing-endpoint-" in printed
    assert "ServerErrors" in printed
    found = described(shell)
    assert (found["EndpointStatus"], len(found["ProductionVariants"])) == ("InService", 1)
    failed = {each["version"]: each for each in shell.json("models", "housing")["models"]}
    assert failed[3]["promotion_failed"]
    assert live_version(shell) == 1


def test_while_an_alarm_is_on_a_promotion_can_be_at_once(shell: Shell) -> None:
    alarms = shell.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert any("ServerErrors" in alarm["AlarmName"] for alarm in alarms)

    with Caller(shell) as caller:
        answer = shell.run("on", "housing", "--model", "2", "--at-once")

    assert answer.code == 0, answer.stderr
    assert caller.errors == []
    assert live_version(shell) == 2


def test_a_stage_promotes_and_hours_end_and_begin_the_service(shell: Shell) -> None:
    now = advance_clock(shell.environment, 0)
    # In this zone it is past ten in the evening: the endpoint's hours end soon, and begin again at
    # midnight.
    offset = 22 - now.hour
    zone = f"Etc/GMT{24 - offset if offset > 12 else -offset:+d}"
    end = now + timedelta(minutes=30)
    hour = 22 + (end.hour != now.hour)
    settings = shell.folder / "config/dev.yaml"
    declared = yaml.safe_load(settings.read_text())
    endpoint = declared["predictors"]["housing"]["endpoint"]
    del endpoint["update"]
    endpoint["promote_on_stage"] = "Production/Approved"
    endpoint["hours"] = {
        "days": "mon-sun",
        "start": "00:00",
        "end": f"{hour}:{end.minute:02d}",
        "timezone": zone,
    }
    settings.write_text(yaml.safe_dump(declared))
    shell.json("deploy")
    register(shell)

    shell.json("stage", "housing", "4", "Staging")
    assert live_version(shell) == 2
    shell.json("stage", "housing", "4", "Production")
    until(lambda: live_version(shell) == 4, 120, "the version in production is live")
    [model] = [m for m in shell.json("models", "housing")["models"] if m["version"] == 4]
    assert model["stage"] == "Production/Approved"
    until(lambda: described(shell)["EndpointStatus"] == "InService", 60, "version 4 answers")

    [found] = shell.json("endpoints")["endpoints"]
    assert found["hours"]["timezone"] == zone
    priced = shell.json("cost")
    share = found["hours"]["per_week"] / 168
    assert priced["endpoints_usd_per_month"] == pytest.approx(
        priced["endpoints_usd_per_hour"] * 730 * share
    )
    advance_clock(shell.environment, 31 * 60)
    until(lambda: status(shell) == "off", 120, "the hours have ended")
    advance_clock(shell.environment, 2 * 3600)
    until(lambda: status(shell) == "InService", 120, "the hours have begun")
    assert live_version(shell) == 4


def test_an_endpoint_ends_so_long_after_its_promotion(shell: Shell) -> None:
    settings = shell.folder / "config/dev.yaml"
    declared = yaml.safe_load(settings.read_text())
    endpoint = declared["predictors"]["housing"]["endpoint"]
    endpoint.pop("hours", None)
    endpoint["ends"] = "24 hours"
    settings.write_text(yaml.safe_dump(declared))
    shell.json("deploy")
    assert ends(shell) == []

    advance_clock(shell.environment, 2 * 3600)  # two looks at the end, which has not come
    assert status(shell) == "InService"
    advance_clock(shell.environment, 24 * 3600)

    until(lambda: status(shell) == "off", 120, "the endpoint has ended")
    assert ends(shell) != []
    assert {run["input"]["model"] for run in ends(shell)} == {"none"}


def ends(shell: Shell) -> list[dict[str, Any]]:
    """The runs that the endpoint's end has started."""
    runs = shell.json("runs", "housing", "--kind", "promote")["runs"]
    return [run for run in runs if run["name"].startswith("ends-")]

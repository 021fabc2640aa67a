"""Model versions, decisions about them, and what may go into service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_cli.framework.errors import ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts.names import approval_run, job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import GROUP_ARN, SPEC_PARAMETER, spec
from tests.unit.cli.terminal import Terminal

LIVE = "/autogluon/sandbox/predictors/income/live-model"


def test_the_live_version_is_marked(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    aws.sagemaker.add_package(2, "PendingManualApproval")
    aws.ssm.values[LIVE] = f"{GROUP_ARN}/1"
    listed = terminal.json("models", "income")["models"]
    assert [(m["version"], m["status"], m["live"]) for m in listed] == [
        (2, "PendingManualApproval", False),
        (1, "Approved", True),
    ]


def test_the_run_of_a_version_is_its_execution(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    arn = aws.states.add_run("train", "monday")
    metadata = {"run": job_name("income", arn), "execution": arn}
    aws.sagemaker.packages[1]["CustomerMetadataProperties"] = metadata
    (model,) = terminal.json("models", "income")["models"]
    assert (model["run"], model["job_name"]) == ("monday", job_name("income", arn))
    _, out, _ = terminal.run("models", "income")
    assert "monday" in out
    assert job_name("income", arn) not in out


@pytest.mark.parametrize(("verb", "status"), [("approve", "Approved"), ("reject", "Rejected")])
def test_a_decision_is_recorded_with_its_comment(
    terminal: Terminal, aws: FakeAws, verb: str, status: str
) -> None:
    aws.sagemaker.add_package(7, "PendingManualApproval")
    decided = terminal.json(verb, "income", "latest", "--comment", "seen")
    assert decided["was"] == "PendingManualApproval"
    assert aws.sagemaker.packages[7]["ModelApprovalStatus"] == status
    assert aws.sagemaker.packages[7]["ApprovalDescription"] == "seen"


@pytest.fixture
def by_itself(aws: FakeAws) -> None:
    """The predictor's approved versions go into service by themselves."""
    endpoint = {
        **spec()["endpoint"],
        "initial_instance_count": 1,
        "promote_on_approval": True,
    }
    aws.ssm.values[SPEC_PARAMETER] = spec(endpoint=endpoint)


@pytest.mark.usefixtures("by_itself")
def test_an_approval_that_promotes_by_itself_names_the_promotion(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1, "PendingManualApproval")
    _, out, err = terminal.run("approve", "income", "1")
    assert f"agcdk show {approval_run('income', f'{GROUP_ARN}/1')}" in out
    assert "The endpoint will run on 1 x ml.m5.large, about 84 USD a month." in err
    assert aws.states.executions == {}


def test_an_approval_that_promotes_nothing_names_no_price(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1, "PendingManualApproval")
    _, _, err = terminal.run("approve", "income", "1")
    assert err == ""


@pytest.mark.usefixtures("by_itself")
def test_an_approval_that_waits_starts_the_promotion_that_its_event_would(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1, "PendingManualApproval")
    aws.states.finish("promote", ("Other", "stopped here"))
    terminal.run("approve", "income", "1", "--on")
    (found,) = aws.states.executions.values()
    assert found["name"] == approval_run("income", f"{GROUP_ARN}/1")
    assert json.loads(found["input"]) == {"predictor": "income", "model": f"{GROUP_ARN}/1"}


@pytest.mark.usefixtures("by_itself")
@pytest.mark.parametrize(
    "ending", [{"live_model": f"{GROUP_ARN}/1", "endpoint_name": None}, ("PromotionError", "no")]
)
def test_an_approval_whose_promotion_is_history_starts_another(
    terminal: Terminal, aws: FakeAws, ending: Any
) -> None:
    aws.sagemaker.add_package(1, "PendingManualApproval")
    aws.states.finish("promote", ending)
    terminal.run("approve", "income", "1", "--on")
    aws.ssm.values[LIVE] = f"{GROUP_ARN}/2"  # another version went live since
    terminal.run("approve", "income", "1", "--on")
    first, second = [found["name"] for found in aws.states.executions.values()]
    assert first == approval_run("income", f"{GROUP_ARN}/1")
    assert second.startswith("on-")


def test_the_version_in_service_is_not_rejected(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    aws.ssm.values[LIVE] = f"{GROUP_ARN}/1"
    code, _, err = terminal.run("reject", "income", "1")
    assert code == 2
    assert "agcdk rollback income" in err
    assert aws.sagemaker.packages[1]["ModelApprovalStatus"] == "Approved"


def test_a_rejected_version_does_not_go_into_service(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(3, "Rejected")
    code, _, err = terminal.run("on", "income", "--model", "3")
    assert code == 2
    assert "agcdk approve income 3 --on" in err
    assert terminal.run("on", "income")[0] == 3


def test_a_predictor_that_is_off_cannot_be_asked_or_rolled_back(
    terminal: Terminal, folder: object
) -> None:
    from pathlib import Path

    Path("rows.csv").write_text("a\n1\n")
    for arguments in (["predict", "income", "rows.csv"], ["rollback", "income"]):
        code, _, err = terminal.run(*arguments)
        assert code == 3
        assert err.rstrip().endswith("Next:  agcdk on income")


def test_rolling_back_names_and_promotes_the_version_that_was_live_before(
    terminal: Terminal, aws: FakeAws
) -> None:
    for number in (1, 2, 3, 4):
        aws.sagemaker.add_package(number)
    facts = {
        number: package["CustomerMetadataProperties"]
        for number, package in aws.sagemaker.packages.items()
    }
    facts[1]["live_since"], facts[2]["live_since"] = "2026-11-02T10:00:00Z", "2026-11-01T10:00:00Z"
    facts[3]["promotion_failed"] = "2026-11-03T10:00:00Z"
    aws.ssm.values[LIVE] = f"{GROUP_ARN}/4"

    code, _, err = terminal.run("rollback", "income", "--no-wait")

    assert code == 0, err
    assert "Returning income from version 4 to version 1." in err
    assert aws.states.only_input("promote") == {"predictor": "income", "model": 1}
    failed = {
        m["version"] for m in terminal.json("models", "income")["models"] if m["promotion_failed"]
    }
    assert failed == {3}
    _, out, _ = terminal.run("models", "income")
    assert "failed" in out


def test_without_a_version_before_there_is_nothing_to_return_to(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1)
    aws.ssm.values[LIVE] = f"{GROUP_ARN}/1"
    code, _, err = terminal.run("rollback", "income")
    assert code == 3
    assert err.rstrip().endswith("Next:  agcdk models income")


def test_endpoints_tell_off_from_in_service(terminal: Terminal, aws: FakeAws) -> None:
    (row,) = terminal.json("endpoints")["endpoints"]
    assert (row["status"], row["instance_count"]) == ("off", 0)
    aws.sagemaker.add_endpoint("ml.m5.large", 2)
    (row,) = terminal.json("endpoints")["endpoints"]
    assert (row["status"], row["instance_count"]) == ("InService", 2)


def test_cost_counts_instances_and_billable_seconds(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_endpoint("ml.m5.large", 2)
    from datetime import UTC, datetime

    arn = aws.states.add_run("train", "now", startDate=datetime.now(UTC))
    aws.sagemaker.jobs[job_name("income", arn)] = {
        "TrainingJobName": "j",
        "TrainingJobStatus": "Completed",
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        "BillableTimeInSeconds": 7200,
    }
    found = terminal.json("cost")
    (job,) = found["jobs"]
    assert job["hours"] == 2.0
    assert found["jobs_usd"] == pytest.approx(found["endpoints_usd_per_hour"])


def test_endpoints_and_cost_tell_of_the_type_that_runs_not_the_settings(
    terminal: Terminal, aws: FakeAws
) -> None:
    from autogluon_constructs.catalogues.instances import instance_types

    aws.sagemaker.add_endpoint("ml.m5.4xlarge", 3)
    (row,) = terminal.json("endpoints")["endpoints"]
    assert (row["instance_type"], row["instance_count"]) == ("ml.m5.4xlarge", 3)
    found = terminal.json("cost")
    assert found["endpoints"][0]["instance_type"] == "ml.m5.4xlarge"
    per_hour = instance_types()["ml.m5.4xlarge"].usd_per_hour
    assert per_hour is not None
    assert found["endpoints_usd_per_hour"] == pytest.approx(3 * per_hour)


def test_a_serverless_endpoint_is_listed_with_its_memory(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_serverless_endpoint(memory_mb=3072, at_once=4, warm=2)
    (row,) = terminal.json("endpoints")["endpoints"]
    assert (row["instance_type"], row["instance_count"]) == (None, 0)
    assert row["serverless"] == {
        "memory_mb": 3072, "max_concurrency": 4, "provisioned_concurrency": 2,
    }  # fmt: skip
    _, out, _ = terminal.run("endpoints")
    assert "serverless, 3072 MB, 4 at once, 2 warm" in " ".join(out.split())


def test_a_serverless_endpoint_costs_the_seconds_it_answered(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_serverless_endpoint(memory_mb=3072, at_once=4, warm=2)
    aws.metrics.sums["ModelLatency"] = 500e6  # microseconds

    found = terminal.json("cost")

    [entry] = found["serverless_endpoints"]
    assert entry["seconds"] == 500
    assert entry["usd"] == pytest.approx(500 * 0.00006)
    assert (found["endpoints"], found["endpoints_usd_per_hour"]) == ([], 0)
    _, out, _ = terminal.run("cost")
    assert "Provisioned concurrency is billed all the time, too" in out
    aws.metrics.may_be_read = False
    [entry] = terminal.json("cost")["serverless_endpoints"]
    assert (entry["seconds"], entry["usd"]) == (None, None)
    assert "not readable" in terminal.run("cost")[1]


def test_the_price_of_a_serverless_endpoint_is_that_of_its_requests(
    terminal: Terminal, aws: FakeAws
) -> None:
    endpoint = {
        "name": spec()["endpoint"]["name"],
        "stack_name": spec()["endpoint"]["stack_name"],
        "mode": "serverless",
        "serverless": {"memory_mb": 4096, "max_concurrency": 5},
    }
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(endpoint=endpoint))
    aws.sagemaker.add_package(1)
    code, _, err = terminal.run("on", "income", "--no-wait")
    assert code == 0
    assert "serverless, 4096 MB, 5 at once: about 0.08 USD for 1,000 seconds of requests" in err
    assert terminal.json("endpoints")["endpoints"][0]["serverless"]["memory_mb"] == 4096
    _, out, _ = terminal.run("doctor", "--json")
    assert "for endpoint usage" not in out


def test_a_component_is_listed_with_its_copies_and_the_endpoint_priced_once(
    terminal: Terminal, aws: FakeAws
) -> None:
    shared = "autogluon-sandbox-small"
    endpoint = {
        "name": spec()["endpoint"]["name"],
        "stack_name": spec()["endpoint"]["stack_name"],
        "mode": "component",
        "component": {"shared_endpoint": shared, "copies": 2, "memory_mb": 1024, "cpus": 1},
    }
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(endpoint=endpoint))
    aws.sagemaker.add_package(1)
    (row,) = terminal.json("endpoints")["endpoints"]
    assert (row["mode"], row["status"], row["component"]) == ("component", "off", None)
    aws.sagemaker.add_component(on=shared, copies=2)
    aws.sagemaker.add_endpoint("ml.m5.xlarge", 3, name=shared)

    (row,) = terminal.json("endpoints")["endpoints"]

    assert row["component"] == {"endpoint_name": shared, "copies": 2}
    assert row["status"] == "InService"
    assert f"2 copies on {shared}" in " ".join(terminal.run("endpoints")[1].split())
    [entry] = terminal.json("cost")["endpoints"]
    assert (entry["name"], entry["predictor"], entry["instance_type"]) == (
        shared, "income", "ml.m5.xlarge",
    )  # fmt: skip
    code, _, err = terminal.run("on", "income", "--no-wait")
    assert code == 0
    assert f"It will have 2 copies on {shared}, which costs what the instances" in err
    assert "2 copies on" in terminal.run("doctor", "--json")[1]


def test_an_instance_type_without_a_price_is_not_free(terminal: Terminal) -> None:
    from autogluon_cli.costs.estimates import estimate

    assert estimate("job", "income", "x", "ml.z9.huge", 1, 3600).usd is None


def test_a_model_goes_into_service_on_the_instances_asked_for(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1)
    options = ("--instance-type", "ml.m5.xlarge", "--instance-count", "2", "--no-wait")
    started = terminal.json("on", "income", *options)
    assert json.loads(aws.states.executions[started["execution_arn"]]["input"]) == {
        "predictor": "income",
        "model": "latest-approved",
        "instance_type": "ml.m5.xlarge",
        "initial_instance_count": 2,
    }
    started = terminal.json("on", "income", "--model", "1", "--no-wait")
    assert json.loads(aws.states.executions[started["execution_arn"]]["input"]) == {
        "predictor": "income",
        "model": 1,
    }


def test_a_model_goes_into_service_with_the_engine_asked_for(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1)
    for engine in ("autogluon", "auto"):
        started = terminal.json("on", "income", "--engine", engine, "--no-wait")
        asked = json.loads(aws.states.executions[started["execution_arn"]]["input"])
        assert asked == {"predictor": "income", "model": "latest-approved", "engine": engine}
    code, _, refused = terminal.run("on", "income", "--engine", "direct")
    assert code == ExitCode.USAGE_ERROR
    assert "'auto', 'autogluon'" in refused


def test_a_schema_change_is_allowed_only_where_it_is_asked_for(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1)
    terminal.run("on", "income", "--no-wait")
    terminal.run("on", "income", "--no-wait", "--allow-schema-change")
    plain, allowed = (json.loads(found["input"]) for found in aws.states.executions.values())
    assert plain == {"predictor": "income", "model": "latest-approved"}
    assert allowed == {**plain, "allow_schema_change": True}


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["on", "income"], "1 x ml.m5.large, about 84 USD a month."),
        (["approve", "income", "1", "--on"], "1 x ml.m5.large, about 84 USD a month."),
        (["on", "income", "--instance-type", "ml.m5.xlarge", "--no-wait"], "1 x ml.m5.xlarge, "),
    ],
)
def test_the_price_is_shown_before_an_endpoint_is_started(
    terminal: Terminal, aws: FakeAws, words: list[str], shown: str
) -> None:
    aws.sagemaker.add_package(1)
    aws.states.finish("promote", ("Other", "stopped here"))
    _, _, err = terminal.run(*words)
    assert f"The endpoint will run on {shown}" in err


def test_no_price_is_shown_where_the_instances_stay(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    aws.sagemaker.add_endpoint()
    _, _, err = terminal.run("on", "income", "--no-wait")
    assert "The endpoint will run on" not in err


def test_a_versions_error_is_positive(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    metadata = {"eval_metric": "log_loss", "eval_metric_value": "-0.25"}
    aws.sagemaker.packages[1]["CustomerMetadataProperties"] = metadata
    _, out, _ = terminal.run("models", "income")
    assert "0.25 (lower is better)" in out
    (model,) = terminal.json("models", "income")["models"]
    assert model["eval_metric_value"] == -0.25


@pytest.mark.parametrize("options", [(), ("--from-profile", "mine")])
def test_a_version_is_not_imported_into_the_environment_that_has_it(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """Whichever profile reads there: the two may be of one account."""
    monkeypatch.setattr(Invocation, "new_session", lambda *_: aws)
    aws.sagemaker.add_package(1)
    code, _, err = terminal.run("import-version", "income", "--from", "sandbox", *options)
    assert code == 2
    assert "--from sandbox is the environment that gets the version" in err
    assert len(aws.sagemaker.packages) == 1

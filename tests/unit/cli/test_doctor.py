"""`agcdk doctor`: what is missing has a command that fixes it."""

from __future__ import annotations

import json

import pytest

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.main import run
from tests.fakes.account import BOOTSTRAP_PARAMETER, FakeAws
from tests.fakes.refusals import refused
from tests.fakes.sandbox import DEPLOYMENT_PARAMETER, SPEC_PARAMETER, spec
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal


def test_everything_missing_has_a_command_and_the_exit_code_says_so(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.ssm.values.clear()
    code, out, _ = terminal.run("doctor", "--json")
    checks = json.loads(out)["checks"]
    assert code == 1
    missing = {check["subject"]: check["fix"] for check in checks if check["state"] == "missing"}
    assert {"settings", "bootstrap", "deployment"} <= set(missing)
    assert all(missing.values())


def test_an_old_bootstrap_is_missing(terminal: Terminal, aws: FakeAws) -> None:
    write_settings("income")
    aws.ssm.values[BOOTSTRAP_PARAMETER] = "5"
    _, out, _ = terminal.run("doctor", "--json")
    (found,) = [c for c in json.loads(out)["checks"] if c["subject"] == "bootstrap"]
    assert found["state"] == "missing"
    assert "--bootstrap" in found["fix"]


def test_images_quotas_and_permissions_that_lack_are_named(
    terminal: Terminal, aws: FakeAws
) -> None:
    write_settings("income")
    aws.quotas.values["ml.m5.2xlarge for training job usage"] = 0
    aws.quotas.values["ml.m5.large for endpoint usage"] = 2
    aws.images.tags.clear()
    aws.permissions.denied |= {"states:ListExecutions", "s3:PutObject"}
    code, out, _ = terminal.run("doctor", "--json")
    assert code == 1
    missing = {c["detail"]: c["fix"] for c in json.loads(out)["checks"] if c["fix"]}
    assert {
        "your role may not states:ListExecutions": "agcdk doctor --policy -e sandbox",
        "your role may not s3:PutObject": "agcdk doctor --policy -e sandbox",
    }.items() <= missing.items()
    assert any("autogluon:1.6.3" in detail for detail in missing)
    quota = missing["ml.m5.2xlarge for training job usage: 0"]
    assert quota.endswith("--quota-code L-1 --desired-value 1")


def test_quotas_of_drift_runs_and_spot_instances_are_checked(
    terminal: Terminal, aws: FakeAws
) -> None:
    training = {**spec()["training"], "spot": {"max_wait_seconds": 7200}}
    changed = spec(training=training, drift={"instance_type": "ml.m5.xlarge"})
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(changed)
    aws.quotas.values["ml.m5.2xlarge for spot training job usage"] = 0
    aws.quotas.values["ml.m5.xlarge for processing job usage"] = 0
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    missing = {c["detail"] for c in json.loads(out)["checks"] if c["fix"]}
    assert {
        "ml.m5.2xlarge for spot training job usage: 0",
        "ml.m5.xlarge for processing job usage: 0",
    } <= missing


def test_a_quota_below_the_instances_of_one_job_is_named(terminal: Terminal, aws: FakeAws) -> None:
    training = {**spec()["training"], "instance_count": 4}
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(training=training))
    aws.quotas.values["ml.m5.2xlarge for training job usage"] = 2
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    missing = {c["detail"]: c["fix"] for c in json.loads(out)["checks"] if c["fix"]}
    quota = missing["ml.m5.2xlarge for training job usage: 2 of 4"]
    assert quota.endswith("--desired-value 4")


def test_a_quota_below_the_instances_of_an_endpoint_is_named(
    terminal: Terminal, aws: FakeAws
) -> None:
    beside = {"weight": 1.0, "instance_type": "ml.m5.large", "initial_instance_count": 1}
    endpoint = {
        **spec()["endpoint"],
        "initial_instance_count": 2,
        "variants": {"challenger": beside},
    }
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(endpoint=endpoint))
    aws.quotas.values["ml.m5.large for endpoint usage"] = 2
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    missing = {c["detail"]: c["fix"] for c in json.loads(out)["checks"] if c["fix"]}
    assert missing["ml.m5.large for endpoint usage: 2 of 3"].endswith("--desired-value 3")


def test_without_an_aws_that_listens_the_rest_is_not_asked(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    assert run(["doctor", "--json"], Invocation()) == 1
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert checks[-1]["subject"] == "credentials"
    assert checks[-1]["fix"] == "make embedded"


def test_objects_are_simulated_in_the_partition_of_the_deployment(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = json.dumps(aws.ssm.values[DEPLOYMENT_PARAMETER])
    aws.ssm.values[DEPLOYMENT_PARAMETER] = stored.replace("arn:aws:iam:", "arn:aws-cn:iam:")
    asked: dict[str, list[str]] = {}

    def simulate(**given: list[str]) -> dict[str, object]:
        asked[given["ActionNames"][0]] = given["ResourceArns"]
        return {"EvaluationResults": [{"EvalDecision": "allowed"}]}

    monkeypatch.setattr(aws.permissions, "simulate_principal_policy", simulate)
    terminal.run("doctor")
    assert asked["s3:PutObject"] == ["arn:aws-cn:s3:::data/*"]
    assert asked["s3:GetObject"] == ["arn:aws-cn:s3:::artifacts/*"]


def test_stacks_of_another_environment_are_not_counted(terminal: Terminal, aws: FakeAws) -> None:
    for stack in ("foundation", "workflows", "income-endpoint"):
        aws.stacks.add(f"autogluon-sandbox-{stack}")
        aws.stacks.add(f"autogluon-sandbox-2-{stack}")
    aws.stacks.stacks[-1]["StackStatus"] = "ROLLBACK_FAILED"
    _, out, _ = terminal.run("doctor", "--json")
    [found] = [c for c in json.loads(out)["checks"] if c["subject"] == "stacks"]
    assert (found["state"], found["detail"]) == ("ok", "3 stacks are complete")


def test_the_policy_names_no_wildcard_resource(terminal: Terminal) -> None:
    _, out, _ = terminal.run("doctor", "--policy")
    statements = json.loads(out)["Statement"]
    assert {"StartRuns", "DescribeModels"} <= {s["Sid"] for s in statements}
    wide = [s["Action"] for s in statements if "*" in (s["Resource"], *s["Resource"])]
    # The Service Authorization Reference has no resource for either; they tell names and numbers.
    assert wide == [["cloudwatch:GetMetricStatistics"], ["scheduler:ListSchedules"]]


def test_a_policy_that_iam_does_not_take_says_so(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, err = terminal.run("doctor", "--policy")
    assert err == ""
    monkeypatch.setattr("autogluon_contracts.policies.person_policy.LONGEST_MANAGED_POLICY", 1000)
    code, out, err = terminal.run("doctor", "--policy")
    assert code == 0
    assert json.loads(out)["Statement"]
    assert err.endswith(
        "1,000 in a managed policy. Divide its statements between two, and attach both.\n"
    )


def test_quotas_that_cannot_be_read_are_not_checked_and_the_sentence_says_why(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.quotas.fault = refused("NotImplemented", operation="ListServiceQuotas")
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    [found] = [c for c in json.loads(out)["checks"] if c["subject"] == "quotas"]
    assert found["state"] == "not checked"
    assert "does not implement ListServiceQuotas" in found["detail"]

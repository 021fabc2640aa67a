"""An approval puts its version into service, once, whatever becomes of its events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from autogluon_cli.deployment.cdk import app_options, assembly_options
from autogluon_client.environment.deployment import Deployment
from autogluon_contracts.names import approval_run, model_package_group
from autogluon_demo.cdk import cdk_on
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from tests.e2e.support import Account, live_model
from tests.integration.standalone import IMAGE, INFERENCE, archive
from tests.waiting import until

ENVIRONMENT, PREDICTOR = "approval", "prices"
SETTINGS = {
    "removal": "destroy",
    "predictors": {
        PREDICTOR: {
            "init_args": {"label": "price"},
            "framework_version": "1.6.3",
            "endpoint": {"instance_type": "ml.m5.large", "promote_on_approval": True},
        }
    },
}


@dataclass(frozen=True)
class Registry:
    """The registry of a deployed environment, and the promotions that it led to."""

    account: Account
    deployment: Deployment

    def register(self) -> str:
        """Add a version that waits for a person; its model echoes."""
        bucket, key = self.deployment.artifact_bucket, f"{PREDICTOR}/runs/hand/output/model.tar.gz"
        body = archive({"code/inference.py": INFERENCE})
        self.account.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        arn: str = self.account.client("sagemaker").create_model_package(
            ModelPackageGroupName=model_package_group(ENVIRONMENT, PREDICTOR),
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification={
                "Containers": [
                    {
                        "Image": IMAGE,
                        "ModelDataUrl": f"s3://{bucket}/{key}",
                        "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
                    }
                ],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )["ModelPackageArn"]
        return arn

    def approve(self, arn: str) -> None:
        self.account.client("sagemaker").update_model_package(
            ModelPackageArn=arn, ModelApprovalStatus="Approved"
        )

    def wait_until_live(self, arn: str) -> None:
        """Wait for the promotion that an approval names; no other leads here."""
        states, machine = self.account.client("stepfunctions"), self._machine
        name = approval_run(PREDICTOR, arn)
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        until(lambda: name in self.promotions(), 60, f"{name} is started")

        def status() -> str:
            found: str = states.describe_execution(executionArn=execution)["status"]
            return "" if found == "RUNNING" else found

        assert until(status, 120, f"{name} ends") == "SUCCEEDED"
        assert live_model(self.account, self.deployment, PREDICTOR) == arn

    def promotions(self) -> list[str]:
        answer = self.account.client("stepfunctions").list_executions(stateMachineArn=self._machine)
        return [entry["name"] for entry in answer["executions"]]

    @property
    def _machine(self) -> str:
        return self.deployment.state_machines["promote"]


@pytest.fixture(scope="module")
def registry(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    folder = tmp_path_factory.mktemp(ENVIRONMENT)
    (folder / f"{ENVIRONMENT}.yaml").write_text(yaml.safe_dump(SETTINGS))
    app = app_options(ENVIRONMENT, folder, folder / "out")
    cdk_on(account.environment, account.processes, app).synth()
    cdk = cdk_on(account.environment, account.processes, assembly_options(folder / "out"))
    cdk.bootstrap(ACCOUNT_ID, DEFAULT_REGION)
    cdk.deploy()
    account.client("sagemaker").create_model_package_group(
        ModelPackageGroupName=model_package_group(ENVIRONMENT, PREDICTOR)
    )
    yield Registry(account, Deployment.load(account.session, ENVIRONMENT))
    cdk.destroy()


def test_duplicate_and_lost_events_lead_to_one_promotion_per_approval(registry: Registry) -> None:
    account = registry.account
    first, second, third = (registry.register() for _ in range(3))
    assert registry.promotions() == []

    registry.approve(first)
    registry.approve(first)  # each call sends an event
    registry.wait_until_live(first)
    answer = account.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=registry.deployment.endpoint_name(PREDICTOR),
        ContentType="text/csv",
        Body=b"here",
    )
    assert answer["Body"].read() == b"here"

    registry.approve(second)
    registry.approve(first)  # late
    registry.wait_until_live(second)

    rules = account.client("events")
    found: list[dict[str, Any]] = rules.list_rules()["Rules"]
    [own] = [rule for rule in found if "Approvals" in rule["Name"] and rule.get("EventPattern")]
    rules.disable_rule(Name=own["Name"])
    registry.approve(third)  # its event is lost
    [look] = [rule for rule in found if "Approvals" in rule["Name"] and "EventPattern" not in rule]
    assert look["ScheduleExpression"] == "rate(1 hour)"
    [target] = rules.list_targets_by_rule(Rule=look["Name"])["Targets"]
    for _ in range(2):  # as the schedule does
        account.client("lambda").invoke(
            FunctionName=target["Arn"], InvocationType="Event", Payload=b'{"detail": {}}'
        )
    registry.wait_until_live(third)
    names = [approval_run(PREDICTOR, arn) for arn in (first, second, third)]
    assert sorted(registry.promotions()) == sorted(names)

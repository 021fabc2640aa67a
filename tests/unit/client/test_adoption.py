"""Which endpoints can be adopted, and the template with which CloudFormation imports one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import (
    AutoGluonClientError,
    AwsRequestError,
    EndpointOffError,
    InvalidArgumentError,
    NotSupportedError,
)
from autogluon_client.registry.outside_endpoint import OutsideEndpoint, look_at
from autogluon_client.registry.stack_import import (
    AdoptingStack,
    with_endpoint,
    without_endpoint,
)
from tests.fakes.pages import paginators

ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
ARTIFACT = "s3://theirs/model.tar.gz"
FOUND = OutsideEndpoint("churn", ARN, "churn-config", ARTIFACT)


class FakeSageMaker:
    """One endpoint with its configuration and model; and what scales it."""

    def __init__(self) -> None:
        self.endpoint: dict[str, Any] | None = {
            "EndpointName": "churn",
            "EndpointArn": ARN,
            "EndpointConfigName": "churn-config",
            "EndpointStatus": "InService",
        }
        self.variant: dict[str, Any] = {"VariantName": "AllTraffic", "ModelName": "churn-model"}
        self.config: dict[str, Any] = {"ProductionVariants": [self.variant]}
        self.model: dict[str, Any] = {
            "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": ARTIFACT}
        }
        self.targets: list[dict[str, str]] = []

    def describe_endpoint(self, **_: str) -> dict[str, Any]:
        if self.endpoint is None:
            error = {"Code": "ValidationException", "Message": "Could not find endpoint."}
            raise ClientError({"Error": error}, "DescribeEndpoint")
        return self.endpoint

    def describe_endpoint_config(self, **_: str) -> dict[str, Any]:
        return self.config

    def describe_model(self, **_: str) -> dict[str, Any]:
        return self.model

    def describe_scalable_targets(self, **_: Any) -> dict[str, Any]:
        return {"ScalableTargets": self.targets}


@pytest.fixture
def sagemaker() -> FakeSageMaker:
    return FakeSageMaker()


def look(sagemaker: FakeSageMaker, /, **endpoint: Any) -> OutsideEndpoint:
    spec = {"inference_image_uri": IMAGE, "endpoint": {"name": "churn", **endpoint}}
    target = SimpleNamespace(spec=lambda _: spec, client=lambda _: sagemaker)
    return look_at(cast(Connection, target), "churn", "churn")


def test_an_endpoint_is_what_its_configuration_and_model_say(sagemaker: FakeSageMaker) -> None:
    assert look(sagemaker) == FOUND
    source = {"CompressionType": "Gzip", "S3DataType": "S3Object", "S3Uri": ARTIFACT}
    container = {"Image": IMAGE, "ModelDataSource": {"S3DataSource": source}}
    sagemaker.model = {"Containers": [container]}
    assert look(sagemaker) == FOUND
    sagemaker.config["AsyncInferenceConfig"] = {}
    assert look(sagemaker, mode="asynchronous") == FOUND


@pytest.mark.parametrize(
    ("change", "declared", "kind", "problem"),
    [
        ({"endpoint": None}, {}, EndpointOffError, "does not exist"),
        ({}, {"name": "other"}, InvalidArgumentError, "is deployed as other"),
        ({}, {"component": {"memory_mb": 1024}}, NotSupportedError, "a component on a shared"),
        ({}, {"promote_on_approval": True}, NotSupportedError, "could promote the version before"),
        ({}, {"mode": "serverless"}, NotSupportedError, "churn is real-time; predictor"),
        (
            {"variants": [{"VariantName": "a"}, {"VariantName": "b"}]},
            {},
            NotSupportedError,
            "has the variants a, b, and one can be adopted",
        ),
        (
            {"variants": [{"VariantName": "blue", "ModelName": "m"}]},
            {},
            NotSupportedError,
            "this project's is AllTraffic",
        ),
        (
            {"variants": [{"VariantName": "AllTraffic"}]},
            {},
            NotSupportedError,
            "hosts inference components",
        ),
        ({"targets": [{"ResourceId": "x"}]}, {}, NotSupportedError, "scales by a policy that no"),
        (
            {"model": {"PrimaryContainer": {"Image": "1.dkr.ecr.x.amazonaws.com/xgboost:1"}}},
            {},
            NotSupportedError,
            "serves the image xgboost:1; predictor 'churn' is deployed with autogluon:1.6.3",
        ),
        (
            {"model": {"Containers": [{"Image": IMAGE}, {"Image": IMAGE}]}},
            {},
            NotSupportedError,
            "serves 2 containers",
        ),
        (
            {"model": {"PrimaryContainer": {"ModelPackageName": "theirs"}}},
            {},
            NotSupportedError,
            "serves a model package",
        ),
        (
            {"model": {"PrimaryContainer": {"Image": IMAGE}}},
            {},
            NotSupportedError,
            "serves no model.tar.gz",
        ),
    ],
)
def test_what_cannot_be_adopted_is_refused_in_one_sentence(
    sagemaker: FakeSageMaker,
    change: dict[str, Any],
    declared: dict[str, Any],
    kind: type[AutoGluonClientError],
    problem: str,
) -> None:
    variants = change.pop("variants", None)
    if variants is not None:
        sagemaker.config["ProductionVariants"] = variants
    vars(sagemaker).update(change)
    with pytest.raises(kind) as caught:
        look(sagemaker, **declared)
    assert problem in caught.value.message
    assert caught.value.advice


def test_an_endpoint_that_is_being_changed_is_refused(sagemaker: FakeSageMaker) -> None:
    assert sagemaker.endpoint is not None
    sagemaker.endpoint["EndpointStatus"] = "Updating"
    with pytest.raises(InvalidArgumentError, match="churn is Updating"):
        look(sagemaker)


TEMPLATE = {
    "Resources": {
        "DayZero": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Config": {"Type": "AWS::SageMaker::EndpointConfig", "Condition": "IsLive"},
        "Endpoint": {
            "Type": "AWS::SageMaker::Endpoint",
            "Condition": "IsLive",
            "Properties": {
                "EndpointName": "churn",
                "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
                "RetainAllVariantProperties": True,
            },
        },
    },
    "Outputs": {"Settings": {"Value": "1"}},
}


def test_the_endpoint_is_as_it_is_until_a_model_is_live() -> None:
    found = with_endpoint(TEMPLATE, FOUND)

    endpoint = found["Resources"]["Endpoint"]
    assert endpoint == {
        "Type": "AWS::SageMaker::Endpoint",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {"autogluon:adopted-with": "churn-config"},
        "Properties": {
            "EndpointName": "churn",
            "EndpointConfigName": {
                "Fn::If": [
                    "IsLive",
                    {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
                    "churn-config",
                ]
            },
            "RetainAllVariantProperties": {"Fn::If": ["IsLive", True, {"Ref": "AWS::NoValue"}]},
        },
    }
    assert {**found["Resources"], "Endpoint": TEMPLATE["Resources"]["Endpoint"]} == TEMPLATE[
        "Resources"
    ]
    assert without_endpoint(found) == TEMPLATE


class FakeStack:
    """A stack that takes an import; `ends_in` says how."""

    def __init__(self, template: dict[str, Any]) -> None:
        self.template = template
        self.status = "CREATE_COMPLETE"
        self.ends_in = "IMPORT_COMPLETE"
        self.identifiers = ["EndpointArn"]
        self.actions = ["Import"]
        self.refusal: str | None = None
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def get_template(self, **_: str) -> dict[str, Any]:
        return {"TemplateBody": self.template}

    def get_template_summary(self, **_: str) -> dict[str, Any]:
        summary = {
            "ResourceType": "AWS::SageMaker::Endpoint",
            "ResourceIdentifiers": self.identifiers,
        }
        return {"ResourceIdentifierSummaries": [summary] if self.identifiers else []}

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        parameters = [{"ParameterKey": "LiveModel", "ParameterValue": "/x"}]
        return {"Stacks": [{"StackStatus": self.status, "Parameters": parameters}]}

    def create_change_set(self, **request: Any) -> None:
        if self.refusal is not None:
            error = {"Code": "ValidationError", "Message": self.refusal}
            raise ClientError({"Error": error}, "CreateChangeSet")
        self.calls.append(("create", request))

    def describe_change_set(self, NextToken: str = "0", **_: str) -> dict[str, Any]:  # noqa: N803
        """Return a page of one change."""
        at = int(NextToken)
        changes = [{"ResourceChange": {"Action": self.actions[at]}}]
        more = {"NextToken": str(at + 1)} if at + 1 < len(self.actions) else {}
        return {"Status": "CREATE_COMPLETE", "Changes": changes, **more}

    def execute_change_set(self, **request: Any) -> None:
        self.calls.append(("execute", request))
        self.status = self.ends_in

    def delete_change_set(self, **request: Any) -> None:
        self.calls.append(("delete", request))

    def describe_stack_events(self, NextToken: str = "", **_: str) -> dict[str, Any]:  # noqa: N803
        """Return the failure in a second page, behind what the rollback did."""
        if not NextToken:
            rolled_back = {"ResourceStatus": "IMPORT_ROLLBACK_COMPLETE"}
            return {"StackEvents": [rolled_back] * 100, "NextToken": "100"}
        failed = {"ResourceStatus": "IMPORT_FAILED", "ResourceStatusReason": "it is not there."}
        return {"StackEvents": [failed]}

    @property
    def get_paginator(self) -> Any:
        return paginators(
            describe_change_set=self.describe_change_set,
            describe_stack_events=self.describe_stack_events,
        )


def bring_in(stack: FakeStack) -> None:
    AdoptingStack(stack, "autogluon-dev-churn-endpoint", "dev").bring_in(FOUND, lambda _: None)


def test_the_import_names_the_endpoint_as_cloudformation_asks_for_it() -> None:
    for key, value in (("EndpointArn", ARN), ("EndpointName", "churn")):
        stack = FakeStack(TEMPLATE)
        stack.identifiers = [key]
        bring_in(stack)
        [(first, _), (_, request), (last, _)] = stack.calls
        assert (first, last) == ("delete", "execute"), "one of an earlier call may be there"
        assert request["ChangeSetType"] == "IMPORT"
        [asked] = request["ResourcesToImport"]
        assert (asked["LogicalResourceId"], asked["ResourceIdentifier"]) == (
            "Endpoint",
            {key: value},
        )


def test_a_stack_that_has_the_endpoint_knows_its_settings_template() -> None:
    stack = AdoptingStack(FakeStack(with_endpoint(TEMPLATE, FOUND)), "s", "dev")
    assert stack.has_endpoint
    assert not AdoptingStack(FakeStack(TEMPLATE), "s", "dev").has_endpoint


def test_a_region_whose_cloudformation_imports_no_endpoints_is_named() -> None:
    stack = FakeStack(TEMPLATE)
    stack.identifiers = []
    with pytest.raises(NotSupportedError, match="does not import resources of the type AWS::Sage"):
        bring_in(stack)
    assert stack.calls == []


def test_another_stacks_endpoint_is_refused() -> None:
    stack = FakeStack(TEMPLATE)
    stack.refusal = f"{ARN} already exists in stack arn:aws:cloudformation:x:stack/theirs/1"
    with pytest.raises(InvalidArgumentError, match=r"Another stack has the endpoint: .*theirs/1"):
        bring_in(stack)


def test_a_change_set_that_would_do_more_is_not_executed() -> None:
    stack = FakeStack(TEMPLATE)
    stack.actions = ["Import", "Modify"]
    with pytest.raises(AwsRequestError, match="Import, Modify"):
        bring_in(stack)
    assert [name for name, _ in stack.calls] == ["delete", "create", "delete"]


def test_an_import_that_is_rolled_back_says_why() -> None:
    stack = FakeStack(TEMPLATE)
    stack.ends_in = "IMPORT_ROLLBACK_COMPLETE"
    with pytest.raises(AwsRequestError, match=r"IMPORT_ROLLBACK_COMPLETE: it is not there\. The"):
        bring_in(stack)


def test_a_stack_that_is_being_changed_is_left_alone() -> None:
    stack = FakeStack(TEMPLATE)
    stack.status = "UPDATE_IN_PROGRESS"
    with pytest.raises(InvalidArgumentError, match="is UPDATE_IN_PROGRESS"):
        bring_in(stack)

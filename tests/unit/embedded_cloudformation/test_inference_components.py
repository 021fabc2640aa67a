"""AWS::SageMaker::InferenceComponent waits for SageMaker, and refuses what it cannot change."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.handler import ResourceContext
from embedded_aws.cloudformation.resources.sagemaker_component import InferenceComponent

ARN = "arn:aws:sagemaker:us-east-1:123456789012:inference-component/c"
OLD = {
    "EndpointName": "e",
    "VariantName": "v",
    "InferenceComponentName": "c",
    "Specification": {"ModelName": "one"},
    "RuntimeConfig": {"CopyCount": 1},
}
_META = boto3.client(
    "sagemaker", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
).meta


class FakeSageMaker:
    """A component that settles after two looks, with this status."""

    meta = _META

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.outcome = "InService"
        self._exists, self._looks = True, 0

    def create_inference_component(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("create", request))
        return {"InferenceComponentArn": ARN}

    def update_inference_component(self, **request: Any) -> dict[str, Any]:
        assert self._looks > 1, "SageMaker refuses to update a component in progress"
        self.calls.append(("update", request))
        self._looks = 0
        return {"InferenceComponentArn": ARN}

    def delete_inference_component(self, **request: Any) -> None:
        self.calls.append(("delete", request))
        self._exists = False

    def describe_inference_component(self, **_: Any) -> dict[str, Any]:
        if not self._exists:
            error = {"Code": "ValidationException", "Message": "Could not find component c."}
            raise ClientError({"Error": error}, "DescribeInferenceComponent")
        self._looks += 1
        status = "Updating" if self._looks < 2 else self.outcome
        reason = {"FailureReason": "no room"} if status == "Failed" else {}
        return {"InferenceComponentName": "c", "InferenceComponentStatus": status, **reason}


@pytest.fixture
def sagemaker() -> FakeSageMaker:
    return FakeSageMaker()


@pytest.fixture
def context(sagemaker: FakeSageMaker, monkeypatch: pytest.MonkeyPatch) -> ResourceContext:
    monkeypatch.setattr("embedded_aws.cloudformation.resources.handler._POLL_SECONDS", 0.001)
    return ResourceContext(
        stack_name="s",
        stack_id="arn:stack",
        logical_id="Component",
        type="AWS::SageMaker::InferenceComponent",
        region="us-east-1",
        account_id="123456789012",
        client=lambda _: sagemaker,
    )


@pytest.mark.parametrize("member", ["EndpointName", "InferenceComponentName", "VariantName"])
def test_what_an_update_cannot_change_is_refused_by_name(
    context: ResourceContext, sagemaker: FakeSageMaker, member: str
) -> None:
    new = {**OLD, member: "other", "Specification": {"ModelName": "two"}}
    with pytest.raises(ResourceError, match=f"^{member} of an inference component cannot be"):
        InferenceComponent().update(context, ARN, OLD, new)
    assert sagemaker.calls == []


def test_an_update_waits_for_the_one_before_it_and_sends_what_can_change(
    context: ResourceContext, sagemaker: FakeSageMaker
) -> None:
    new = {**OLD, "Specification": {"ModelName": "two"}}
    InferenceComponent().update(context, ARN, OLD, new)
    changeable = {"Specification": {"ModelName": "two"}, "RuntimeConfig": {"CopyCount": 1}}
    assert sagemaker.calls == [("update", {"InferenceComponentName": "c", **changeable})]


def test_a_failed_creation_gives_sagemakers_reason_and_leaves_something_to_delete(
    context: ResourceContext, sagemaker: FakeSageMaker
) -> None:
    sagemaker.outcome = "Failed"
    with pytest.raises(ResourceError, match="component c is Failed: no room"):
        InferenceComponent().create(context, OLD)
    assert context.existing_id == ARN
    InferenceComponent().delete(context, ARN, {})
    assert sagemaker.calls[-1] == ("delete", {"InferenceComponentName": "c"})

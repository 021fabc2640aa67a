"""AWS::SageMaker::Endpoint waits for SageMaker and believes only what it sees."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded_aws.cloudformation.errors import OperationCancelledError, ResourceError
from embedded_aws.cloudformation.resources.handler import ResourceContext
from embedded_aws.cloudformation.resources.sagemaker_endpoint import Endpoint

ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e"
_META = boto3.client(
    "sagemaker", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
).meta


class FakeSageMaker:
    """An endpoint that settles after two looks; `outcome` says how."""

    meta = _META

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.endpoint: dict[str, Any] | None = None
        self.outcome: Callable[[dict[str, Any]], None] = lambda endpoint: endpoint.update(
            EndpointStatus="InService", EndpointConfigName=endpoint["Wanted"]
        )
        self._looks = 0

    def create_endpoint(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("create", request))
        config = request["EndpointConfigName"]
        self._begin({"EndpointName": "e", "EndpointConfigName": config}, "Creating", config)
        return {"EndpointArn": ARN}

    def update_endpoint(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("update", request))
        assert self.endpoint is not None
        if self.endpoint["EndpointStatus"] in ("Creating", "Updating"):
            raise AssertionError("SageMaker refuses to update an endpoint in progress")
        self._begin(self.endpoint, "Updating", request["EndpointConfigName"])
        return {"EndpointArn": ARN}

    def delete_endpoint(self, **request: Any) -> None:
        self.calls.append(("delete", request))
        self.endpoint = None

    def describe_endpoint(self, **_: Any) -> dict[str, Any]:
        if self.endpoint is None:
            error = {"Code": "ValidationException", "Message": "Could not find endpoint e."}
            raise ClientError({"Error": error}, "DescribeEndpoint")
        self._looks += 1
        if self._looks == 2:
            self.outcome(self.endpoint)
        return dict(self.endpoint)

    def _begin(self, endpoint: dict[str, Any], status: str, config: str) -> None:
        self.endpoint = endpoint | {"EndpointStatus": status, "Wanted": config}
        self._looks = 0


@pytest.fixture
def sagemaker() -> FakeSageMaker:
    return FakeSageMaker()


@pytest.fixture
def context(sagemaker: FakeSageMaker, monkeypatch: pytest.MonkeyPatch) -> ResourceContext:
    monkeypatch.setattr("embedded_aws.cloudformation.resources.handler._POLL_SECONDS", 0.001)
    return ResourceContext(
        stack_name="s",
        stack_id="arn:stack",
        logical_id="Endpoint",
        type="AWS::SageMaker::Endpoint",
        region="us-east-1",
        account_id="123456789012",
        client=lambda _: sagemaker,
    )


def config(name: str, **more: Any) -> dict[str, Any]:
    return {"EndpointName": "e", "EndpointConfigName": name, **more}


def test_creation_ends_when_the_endpoint_is_in_service(
    context: ResourceContext, sagemaker: FakeSageMaker
) -> None:
    result = Endpoint().create(context, config("one", RetainAllVariantProperties="true"))
    assert result.physical_id == ARN
    assert result.attributes["EndpointName"] == "e"
    assert sagemaker.calls == [("create", {"EndpointName": "e", "EndpointConfigName": "one"})]


def test_failed_creation_gives_sagemakers_reason_and_leaves_something_to_delete(
    context: ResourceContext, sagemaker: FakeSageMaker
) -> None:
    sagemaker.outcome = lambda endpoint: endpoint.update(
        EndpointStatus="Failed", FailureReason="The container did not answer /ping."
    )
    with pytest.raises(ResourceError, match="is Failed: The container did not answer /ping"):
        Endpoint().create(context, config("one"))
    assert context.existing_id == ARN
    Endpoint().delete(context, ARN, {})
    assert sagemaker.endpoint is None


def test_update_passes_its_settings_on(context: ResourceContext, sagemaker: FakeSageMaker) -> None:
    Endpoint().create(context, config("one"))
    Endpoint().update(context, ARN, config("one"), config("two", RetainAllVariantProperties="true"))
    assert sagemaker.calls[-1] == (
        "update",
        {"EndpointName": "e", "EndpointConfigName": "two", "RetainAllVariantProperties": True},
    )


def test_a_silent_rollback_by_sagemaker_is_a_failure(
    context: ResourceContext, sagemaker: FakeSageMaker
) -> None:
    Endpoint().create(context, config("one"))
    sagemaker.outcome = lambda endpoint: endpoint.update(EndpointStatus="InService")
    with pytest.raises(ResourceError, match="rolled back by SageMaker: it runs one, not two"):
        Endpoint().update(context, ARN, config("one"), config("two"))
    calls = len(sagemaker.calls)
    Endpoint().update(context, ARN, config("two"), config("one"))
    assert len(sagemaker.calls) == calls, "it runs the old config already: nothing to send"


def test_an_update_waits_for_the_one_before_it(
    context: ResourceContext, sagemaker: FakeSageMaker
) -> None:
    Endpoint().create(context, config("one"))
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="two")
    Endpoint().update(context, ARN, config("two"), config("one"))
    assert sagemaker.endpoint is not None
    assert sagemaker.endpoint["EndpointConfigName"] == "one"


def test_waiting_ends_when_another_resource_fails(
    context: ResourceContext, sagemaker: FakeSageMaker
) -> None:
    sagemaker.outcome = lambda _: None
    context.cancelled = threading.Event()
    context.cancelled.set()
    with pytest.raises(OperationCancelledError):
        Endpoint().create(context, config("one"))
    assert context.existing_id == ARN


def existing(sagemaker: FakeSageMaker) -> None:
    sagemaker.endpoint = {
        "EndpointName": "e",
        "EndpointArn": ARN,
        "EndpointConfigName": "theirs",
        "EndpointStatus": "InService",
        "Wanted": "theirs",
    }


def test_an_existing_endpoint_is_taken_over_as_it_is(
    sagemaker: FakeSageMaker, context: ResourceContext
) -> None:
    existing(sagemaker)
    properties = {"EndpointName": "e", "EndpointConfigName": "theirs"}
    found = Endpoint().take_over(context, ARN, properties)
    assert (found.physical_id, found.attributes["EndpointName"]) == (ARN, "e")
    assert sagemaker.calls == []


def test_an_endpoint_that_is_not_as_its_template_says_is_not_taken_over(
    sagemaker: FakeSageMaker, context: ResourceContext
) -> None:
    existing(sagemaker)
    for properties, differing in (
        ({"EndpointName": "e", "EndpointConfigName": "ours"}, "EndpointConfigName"),
        ({"EndpointName": "f", "EndpointConfigName": "theirs"}, "EndpointName"),
    ):
        with pytest.raises(ResourceError, match=f"differs from its template in {differing};"):
            Endpoint().take_over(context, ARN, properties)


def test_an_endpoint_that_is_not_there_is_not_taken_over(context: ResourceContext) -> None:
    with pytest.raises(ClientError, match="Could not find endpoint"):
        Endpoint().take_over(context, ARN, {"EndpointConfigName": "theirs"})

"""AWS::SageMaker::Endpoint."""

from __future__ import annotations

from functools import partial
from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.sagemaker import (
    MAX_NAME_LENGTH,
    change_tags,
    require_as_described,
)
from embedded_aws.cloudformation.resources.sagemaker_waits import (
    Describe,
    settled,
    wait_until_gone,
)

_UPDATE_SETTINGS = (
    "DeploymentConfig",
    "ExcludeRetainedVariantProperties",
    "RetainAllVariantProperties",
    "RetainDeploymentConfig",
)


class Endpoint(ResourceHandler):
    """An endpoint. Creation and update end when SageMaker reports their outcome."""

    type_name = "AWS::SageMaker::Endpoint"
    required = frozenset({"EndpointConfigName"})
    supported = frozenset({*_UPDATE_SETTINGS, "EndpointConfigName", "EndpointName", "Tags"})
    replaced_by = frozenset({"EndpointName"})
    stack_tags = "list"
    identifier = "EndpointArn"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        sagemaker = context.client("sagemaker")
        name = properties.get("EndpointName") or context.name(max_length=MAX_NAME_LENGTH)
        request = {
            "EndpointName": name,
            "EndpointConfigName": properties["EndpointConfigName"],
            "DeploymentConfig": properties.get("DeploymentConfig"),
            "Tags": properties.get("Tags"),
        }
        answer = call_api(sagemaker, "CreateEndpoint", request)
        arn = context.register(answer["EndpointArn"])
        _check(_settled(context, sagemaker, name), properties["EndpointConfigName"])
        return _provisioned(arn)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        sagemaker = context.client("sagemaker")
        name = physical_id.rsplit("/", 1)[-1]
        config = new["EndpointConfigName"]
        change_tags(sagemaker, physical_id, old, new)
        if set(changed_properties(old, new)) <= {"Tags"}:
            return _provisioned(physical_id)
        # An abandoned update may still be running; SageMaker refuses a second one.
        found = _settled(context, sagemaker, name)
        if (found["EndpointConfigName"], found["EndpointStatus"]) == (config, "InService"):
            return _provisioned(physical_id)  # SageMaker's own rollback was here first
        settings = {key: new[key] for key in _UPDATE_SETTINGS if key in new}
        request = {**settings, "EndpointName": name, "EndpointConfigName": config}
        call_api(sagemaker, "UpdateEndpoint", request)
        _check(_settled(context, sagemaker, name), config)
        return _provisioned(physical_id)

    def take_over(
        self, context: ResourceContext, identifier: str, properties: Properties
    ) -> Provisioned:
        sagemaker, name = context.client("sagemaker"), identifier.rsplit("/", 1)[-1]
        found = sagemaker.describe_endpoint(EndpointName=name)
        require_as_described("Endpoint", identifier, found, properties)
        change_tags(sagemaker, identifier, {}, properties)
        return _provisioned(identifier)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        sagemaker = context.client("sagemaker")
        name = physical_id.rsplit("/", 1)[-1]
        _settled(context, sagemaker, name)
        sagemaker.delete_endpoint(EndpointName=name)
        wait_until_gone(context, _describe(sagemaker, name), f"endpoint {name}")


def _describe(sagemaker: Any, name: str) -> Describe:
    return partial(sagemaker.describe_endpoint, EndpointName=name)


def _settled(context: ResourceContext, sagemaker: Any, name: str) -> dict[str, Any]:
    what = f"Endpoint {name}"
    return settled(context, _describe(sagemaker, name), "EndpointStatus", what)


def _check(found: dict[str, Any], config: str) -> None:
    name, status = found["EndpointName"], found["EndpointStatus"]
    if status != "InService":
        reason = found.get("FailureReason", "no reason given")
        raise ResourceError(f"Endpoint {name} is {status}: {reason}")
    # SageMaker can roll an update back and report InService without a reason.
    if found["EndpointConfigName"] != config:
        reason = found.get("FailureReason")
        raise ResourceError(
            f"Endpoint {name} was rolled back by SageMaker: it runs {found['EndpointConfigName']}, "
            f"not {config}" + (f": {reason}" if reason else ".")
        )


def _provisioned(arn: str) -> Provisioned:
    return Provisioned(arn, {"EndpointArn": arn, "EndpointName": arn.rsplit("/", 1)[-1]})


HANDLERS = (Endpoint,)

"""AWS::SageMaker::Endpoint."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.api_errors import is_not_found
from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.sagemaker import MAX_NAME_LENGTH, change_tags

_IN_PROGRESS = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}
# CloudFormation's own limit for the type.
_TIMEOUT_SECONDS = 3600.0
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

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        sagemaker = context.client("sagemaker")
        name = physical_id.rsplit("/", 1)[-1]
        _settled(context, sagemaker, name)
        sagemaker.delete_endpoint(EndpointName=name)
        context.wait_until(
            lambda: _is_gone(sagemaker, name),
            timeout_seconds=_TIMEOUT_SECONDS,
            what=f"Deletion of endpoint {name}",
        )


def _settled(context: ResourceContext, sagemaker: Any, name: str) -> dict[str, Any]:
    """Return the endpoint's description once no change is in progress."""
    found: dict[str, Any] = {}

    def settled() -> bool:
        found.update(sagemaker.describe_endpoint(EndpointName=name))
        return found["EndpointStatus"] not in _IN_PROGRESS

    context.wait_until(settled, timeout_seconds=_TIMEOUT_SECONDS, what=f"Endpoint {name}")
    return found


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


def _is_gone(sagemaker: Any, name: str) -> bool:
    try:
        sagemaker.describe_endpoint(EndpointName=name)
    except Exception as error:
        if is_not_found(error):
            return True
        raise
    return False


def _provisioned(arn: str) -> Provisioned:
    return Provisioned(arn, {"EndpointArn": arn, "EndpointName": arn.rsplit("/", 1)[-1]})


HANDLERS = (Endpoint,)

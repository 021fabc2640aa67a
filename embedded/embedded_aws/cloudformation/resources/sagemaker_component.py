"""AWS::SageMaker::InferenceComponent."""

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
from embedded_aws.cloudformation.resources.sagemaker import MAX_NAME_LENGTH, change_tags
from embedded_aws.cloudformation.resources.sagemaker_waits import (
    Describe,
    settled,
    wait_until_gone,
)

# Members that UpdateInferenceComponent lacks; the type's schema has no createOnlyProperties.
_FIXED = {"EndpointName", "InferenceComponentName", "VariantName"}


class InferenceComponent(ResourceHandler):
    """A component. Creation and update end when SageMaker reports their outcome."""

    type_name = "AWS::SageMaker::InferenceComponent"
    required = frozenset({"EndpointName"})
    supported = frozenset(
        {
            "EndpointName",
            "InferenceComponentName",
            "RuntimeConfig",
            "Specification",
            "Tags",
            "VariantName",
        }
    )
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        sagemaker = context.client("sagemaker")
        name = properties.get("InferenceComponentName") or context.name(max_length=MAX_NAME_LENGTH)
        request = {**properties, "InferenceComponentName": name}
        answer = call_api(sagemaker, "CreateInferenceComponent", request)
        arn = context.register(answer["InferenceComponentArn"])
        _check(_settled(context, sagemaker, name))
        return _provisioned(arn)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        sagemaker = context.client("sagemaker")
        name = physical_id.rsplit("/", 1)[-1]
        changed = set(changed_properties(old, new))
        fixed = sorted(changed & _FIXED)
        if fixed:
            raise ResourceError(
                f"{', '.join(fixed)} of an inference component cannot be changed: "
                "UpdateInferenceComponent does not take it, and CloudFormation does not replace "
                "the component"
            )
        change_tags(sagemaker, physical_id, old, new)
        if changed <= {"Tags"}:
            return _provisioned(physical_id)
        # An abandoned update, or one of automatic scaling, may still be running.
        _settled(context, sagemaker, name)
        request = {"InferenceComponentName": name} | {
            member: new[member] for member in ("Specification", "RuntimeConfig") if member in new
        }
        call_api(sagemaker, "UpdateInferenceComponent", request)
        _check(_settled(context, sagemaker, name))
        return _provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        sagemaker = context.client("sagemaker")
        name = physical_id.rsplit("/", 1)[-1]
        _settled(context, sagemaker, name)
        sagemaker.delete_inference_component(InferenceComponentName=name)
        wait_until_gone(context, _describe(sagemaker, name), f"inference component {name}")


def _describe(sagemaker: Any, name: str) -> Describe:
    return partial(sagemaker.describe_inference_component, InferenceComponentName=name)


def _settled(context: ResourceContext, sagemaker: Any, name: str) -> dict[str, Any]:
    what = f"Inference component {name}"
    return settled(context, _describe(sagemaker, name), "InferenceComponentStatus", what)


def _check(found: dict[str, Any]) -> None:
    status = found["InferenceComponentStatus"]
    if status != "InService":
        reason = found.get("FailureReason", "no reason given")
        name = found["InferenceComponentName"]
        raise ResourceError(f"Inference component {name} is {status}: {reason}")


def _provisioned(arn: str) -> Provisioned:
    return Provisioned(arn, {"InferenceComponentArn": arn})


HANDLERS = (InferenceComponent,)

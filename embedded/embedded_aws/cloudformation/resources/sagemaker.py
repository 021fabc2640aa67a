"""AWS::SageMaker::Model, EndpointConfig and ModelPackageGroup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

MAX_NAME_LENGTH = 63


def change_tags(sagemaker: Any, arn: str, old: Properties, new: Properties) -> None:
    """Change a SageMaker resource's tags from `old` to `new`."""
    added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
    if added:
        sagemaker.add_tags(ResourceArn=arn, Tags=tag_list(added))
    if removed:
        sagemaker.delete_tags(ResourceArn=arn, TagKeys=list(removed))


def require_as_described(
    kind: str, identifier: str, found: Mapping[str, Any], properties: Properties
) -> None:
    """Refuse an import whose template says something else than there is.

    CloudFormation would have the resource's update handler change it (CloudFormation user guide,
    "Import AWS resources": properties have to match "to avoid unexpected changes").
    """
    wanted = {name: value for name, value in properties.items() if name != "Tags"}
    differs = changed_properties({name: found.get(name) for name in wanted}, wanted)
    if differs:
        raise ResourceError(
            f"{kind} {identifier} differs from its template in {', '.join(differs)}; the embedded "
            "AWS imports resources as they are only."
        )


class _Immutable(ResourceHandler):
    """A resource whose properties, all but its tags, are fixed at creation.

    `kind` is the word in the API's names: CreateModel, ModelName, ModelArn.
    """

    kind: ClassVar[str]
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        sagemaker = context.client("sagemaker")
        name_member = f"{self.kind}Name"
        name = properties.get(name_member) or context.name(max_length=MAX_NAME_LENGTH)
        answer = call_api(sagemaker, f"Create{self.kind}", {**properties, name_member: name})
        arn = context.register(answer[f"{self.kind}Arn"])
        return self._provisioned(arn)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        change_tags(context.client("sagemaker"), physical_id, old, new)
        return self._provisioned(physical_id)

    def take_over(
        self, context: ResourceContext, identifier: str, properties: Properties
    ) -> Provisioned:
        sagemaker, name = context.client("sagemaker"), identifier.rsplit("/", 1)[-1]
        found = call_api(sagemaker, f"Describe{self.kind}", {f"{self.kind}Name": name})
        require_as_described(self.kind, identifier, found, properties)
        change_tags(sagemaker, identifier, {}, properties)
        return self._provisioned(identifier)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        name = properties.get(f"{self.kind}Name") or physical_id.rsplit("/", 1)[-1]
        call_api(context.client("sagemaker"), f"Delete{self.kind}", {f"{self.kind}Name": name})

    def _provisioned(self, arn: str) -> Provisioned:
        name = arn.rsplit("/", 1)[-1]
        return Provisioned(arn, {f"{self.kind}Name": name, f"{self.kind}Arn": arn})


class Model(_Immutable):
    """A model: containers and a role."""

    type_name = "AWS::SageMaker::Model"
    kind = "Model"
    identifier = "ModelArn"
    replaced_by = frozenset(
        {
            "Containers",
            "EnableNetworkIsolation",
            "ExecutionRoleArn",
            "InferenceExecutionConfig",
            "ModelName",
            "PrimaryContainer",
            "VpcConfig",
        }
    )
    supported = replaced_by | {"Tags"}


class EndpointConfig(_Immutable):
    """The configuration of an endpoint."""

    type_name = "AWS::SageMaker::EndpointConfig"
    required = frozenset({"ProductionVariants"})
    kind = "EndpointConfig"
    identifier = "EndpointConfigArn"
    replaced_by = frozenset(
        {
            "AsyncInferenceConfig",
            "DataCaptureConfig",
            "EnableNetworkIsolation",
            "EndpointConfigName",
            "ExecutionRoleArn",
            "ExplainerConfig",
            "KmsKeyId",
            "ProductionVariants",
            "ShadowProductionVariants",
            "VpcConfig",
        }
    )
    supported = replaced_by | {"Tags"}


class ModelPackageGroup(_Immutable):
    """A group of model versions."""

    type_name = "AWS::SageMaker::ModelPackageGroup"
    required = frozenset({"ModelPackageGroupName"})
    kind = "ModelPackageGroup"
    replaced_by = frozenset({"ModelPackageGroupDescription", "ModelPackageGroupName"})
    supported = replaced_by | {"ModelPackageGroupPolicy", "Tags"}

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        settings = {k: v for k, v in properties.items() if k != "ModelPackageGroupPolicy"}
        result = super().create(context, settings)
        self._set_policy(context, result.physical_id, {}, properties)
        return result

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        self._set_policy(context, physical_id, old, new)
        return super().update(context, physical_id, old, new)

    def _set_policy(
        self, context: ResourceContext, arn: str, old: Properties, new: Properties
    ) -> None:
        name, policy = arn.rsplit("/", 1)[-1], new.get("ModelPackageGroupPolicy")
        if policy == old.get("ModelPackageGroupPolicy"):
            return
        sagemaker = context.client("sagemaker")
        if policy is None:
            sagemaker.delete_model_package_group_policy(ModelPackageGroupName=name)
        else:
            sagemaker.put_model_package_group_policy(
                ModelPackageGroupName=name, ResourcePolicy=as_text(policy)
            )


HANDLERS = (Model, EndpointConfig, ModelPackageGroup)

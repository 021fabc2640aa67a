"""AWS::ECR::Repository."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api, lower_camel
from embedded_aws.cloudformation.resources.aspects import Aspect, change_aspects, put_aspects
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list


def _put_lifecycle(ecr: Any, name: str, value: Any) -> None:
    unsupported = sorted(set(value) - {"LifecyclePolicyText"})
    if unsupported:
        raise ResourceError(f"LifecyclePolicy/{unsupported[0]} is not supported.")
    ecr.put_lifecycle_policy(
        repositoryName=name, lifecyclePolicyText=as_text(value["LifecyclePolicyText"])
    )


def _set_mutability(ecr: Any, name: str, value: Any) -> None:
    ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability=value)


def _set_scanning(ecr: Any, name: str, value: Any) -> None:
    call_api(
        ecr,
        "PutImageScanningConfiguration",
        {"repositoryName": name, "imageScanningConfiguration": lower_camel(value)},
    )


_ASPECTS = (
    Aspect(
        "LifecyclePolicy",
        _put_lifecycle,
        lambda ecr, name: ecr.delete_lifecycle_policy(repositoryName=name),
    ),
    Aspect(
        "RepositoryPolicyText",
        lambda ecr, name, value: ecr.set_repository_policy(
            repositoryName=name, policyText=as_text(value)
        ),
        lambda ecr, name: ecr.delete_repository_policy(repositoryName=name),
    ),
    Aspect(
        "ImageTagMutability",
        _set_mutability,
        lambda ecr, name: _set_mutability(ecr, name, "MUTABLE"),
    ),
    Aspect(
        "ImageScanningConfiguration",
        _set_scanning,
        lambda ecr, name: _set_scanning(ecr, name, {"ScanOnPush": False}),
    ),
)


class Repository(ResourceHandler):
    """An image repository; the CDK's bootstrap stack has one."""

    type_name = "AWS::ECR::Repository"
    supported = frozenset(
        {
            "EmptyOnDelete",
            "EncryptionConfiguration",
            "RepositoryName",
            "Tags",
            *(aspect.name for aspect in _ASPECTS),
        }
    )
    replaced_by = frozenset({"EncryptionConfiguration", "RepositoryName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        ecr = context.client("ecr")
        name = properties.get("RepositoryName") or context.name(max_length=256, lower=True)
        answer = call_api(
            ecr,
            "CreateRepository",
            {
                "repositoryName": name,
                "encryptionConfiguration": lower_camel(properties.get("EncryptionConfiguration")),
                "tags": tag_list(properties.get("Tags")) or None,
            },
        )
        context.register(name)
        put_aspects(_ASPECTS, ecr, name, properties)
        return _provisioned(answer["repository"])

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ecr = context.client("ecr")
        change_aspects(_ASPECTS, ecr, physical_id, old, new)
        found = ecr.describe_repositories(repositoryNames=[physical_id])["repositories"][0]
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            ecr.tag_resource(resourceArn=found["repositoryArn"], tags=tag_list(added))
        if removed:
            ecr.untag_resource(resourceArn=found["repositoryArn"], tagKeys=list(removed))
        return _provisioned(found)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        force = str(properties.get("EmptyOnDelete", False)).lower() == "true"
        context.client("ecr").delete_repository(repositoryName=physical_id, force=force)


def _provisioned(repository: dict[str, Any]) -> Provisioned:
    return Provisioned(
        repository["repositoryName"],
        {"Arn": repository["repositoryArn"], "RepositoryUri": repository["repositoryUri"]},
    )


HANDLERS = (Repository,)

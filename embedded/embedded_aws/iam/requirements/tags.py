"""Condition keys of tags in requests, and the permission to tag what a call creates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.policy.context import Value
from embedded_aws.iam.requirements.model import Requirement

# Services that ask for their tagging action when a creation carries tags.
_TAGGING_ACTIONS = {
    "sagemaker": "sagemaker:AddTags",
    "lambda": "lambda:TagResource",
    "states": "states:TagResource",
    "logs": "logs:TagResource",
    "ssm": "ssm:AddTagsToResource",
    "sns": "sns:TagResource",
    "kms": "kms:TagResource",
    "events": "events:TagResource",
    "cloudwatch": "cloudwatch:TagResource",
    "ecr": "ecr:TagResource",
    "sqs": "sqs:TagQueue",
    "secretsmanager": "secretsmanager:TagResource",
    "application-autoscaling": "application-autoscaling:TagResource",
}
_IAM_TAGGING = {"CreateRole": "TagRole", "CreateUser": "TagUser", "CreatePolicy": "TagPolicy"}


def request_tags(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags in a request, in whichever form its service uses."""
    tags = params.get("Tags", params.get("tags"))
    if isinstance(tags, Mapping) and "TagSet" not in tags and "Items" not in tags:
        return {str(key): str(value) for key, value in tags.items()}
    if not isinstance(tags, list):
        return {}
    return {_member(tag, "key"): _member(tag, "value") for tag in tags if isinstance(tag, Mapping)}


def tag_context(params: Mapping[str, Any]) -> dict[str, Value | None]:
    """Return `aws:RequestTag/...` and `aws:TagKeys`; only the keys when tags are removed."""
    tags = request_tags(params)
    names = list(tags) or params.get("TagKeys") or params.get("tagKeys")
    context: dict[str, Value | None] = {f"aws:RequestTag/{k}": v for k, v in tags.items()}
    if names:
        context["aws:TagKeys"] = [str(name) for name in names]
    return context


def tagging_requirements(call: ApiCall, prefix: str, resources: Sequence[str]) -> list[Requirement]:
    """Return the permission to tag, for creations that carry tags."""
    if not call.operation.startswith(("Create", "Put", "Register")):
        return []
    action = _TAGGING_ACTIONS.get(prefix)
    if prefix == "iam" and call.operation in _IAM_TAGGING:
        action = f"iam:{_IAM_TAGGING[call.operation]}"
    if action is None or not request_tags(call.params):
        return []
    created = [resource for resource in resources if not _is_referenced(call, resource)]
    # Source: Service Authorization Reference, condition keys of SageMaker.
    context = {"sagemaker:TaggingAction": call.operation} if prefix == "sagemaker" else {}
    return [Requirement(action, resource, context) for resource in created]


def _is_referenced(call: ApiCall, resource: str) -> bool:
    """Return whether the call only refers to `resource` and creates another one."""
    created = {
        "CreateEndpoint": ":endpoint/",
        "CreateModelPackage": ":model-package/",
    }.get(call.operation)
    return created is not None and created not in resource


def _member(tag: Mapping[str, Any], wanted: str) -> str:
    """Return `Key`, `key` or `TagKey`."""
    return str(next((v for name, v in tag.items() if str(name).lower().endswith(wanted)), ""))

"""Collect everything a call needs: its action, roles it passes, tags it sets, keys it uses."""

from __future__ import annotations

from dataclasses import replace

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.actions import action_of, action_prefix
from embedded_aws.iam.requirements.arns import arns_by_convention
from embedded_aws.iam.requirements.by_hand import FINDERS, key_arn
from embedded_aws.iam.requirements.dynamodb import transaction_requirements
from embedded_aws.iam.requirements.encryption import (
    encryption_requirements,
    volume_key_requirements,
)
from embedded_aws.iam.requirements.model import Requirement
from embedded_aws.iam.requirements.passed_roles import passed_roles
from embedded_aws.iam.requirements.s3 import s3_requirements
from embedded_aws.iam.requirements.tags import request_tags, tagging_requirements


def requirements_of(call: ApiCall, state: MotoState) -> list[Requirement]:
    """Return all requirements that the caller of this call must satisfy.

    Raises:
        UnknownActionError: no published action belongs to the operation.
        ApiError: the request uses something the embedded AWS does not support.
    """
    own = _own_requirements(call, state)
    prefix = action_prefix(call.service)
    return [
        *own,
        *tagging_requirements(call, prefix, [needed.resource for needed in own]),
        *passed_roles(call, state),
        *encryption_requirements(call, state),
        *volume_key_requirements(call, state),
    ]


def _own_requirements(call: ApiCall, state: MotoState) -> list[Requirement]:
    if call.service == "s3":
        return s3_requirements(call, state)
    if (call.service, call.operation) == ("kms", "ReEncrypt"):
        return _re_encryption(call, state)
    if call.service == "dynamodb" and call.operation in {"TransactWriteItems", "TransactGetItems"}:
        return transaction_requirements(call, state)
    action = action_of(call.service, call.operation)
    prefix, _, name = action.name.partition(":")
    finder = FINDERS.get(prefix)
    resources = finder(call, name, state) if finder and action.resources else None
    if resources is None:
        resources = arns_by_convention(call, action)
    if prefix == "sagemaker":
        resources = [_lower_case_name(resource) for resource in resources]
    needed = [Requirement(action.name, resource) for resource in dict.fromkeys(resources)]
    if (call.service, call.operation) == ("sts", "AssumeRole") and request_tags(call.params):
        needed += [replace(each, action="sts:TagSession") for each in needed]
    return needed


def _re_encryption(call: ApiCall, state: MotoState) -> list[Requirement]:
    source, ciphertext = call.params.get("SourceKeyId"), call.params.get("CiphertextBlob")
    if source is None and ciphertext is not None:
        source = state.key_id_of_ciphertext(ciphertext)
    keys = {"kms:ReEncryptFrom": source, "kms:ReEncryptTo": call.params["DestinationKeyId"]}
    return [Requirement(action, key_arn(call, key, state)) for action, key in keys.items() if key]


def _lower_case_name(resource: str) -> str:
    """Lower the case of the name, as SageMaker's ARNs do with every name."""
    start, slash, name = resource.partition("/")
    return f"{start}{slash}{name.lower()}"

"""Condition keys of a call: those of every call, and those of its service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy.context import Value
from embedded_aws.iam.requirements.by_hand import key_arn
from embedded_aws.iam.requirements.dynamodb import dynamodb_context
from embedded_aws.iam.requirements.s3 import s3_context
from embedded_aws.iam.requirements.sagemaker_context import sagemaker_context
from embedded_aws.iam.requirements.tags import tag_context

_Keys = dict[str, Value | None]


def request_context(call: ApiCall, state: MotoState) -> _Keys:
    """Return the keys about the request itself; other modules add the principal's."""
    now = datetime.now(UTC)
    keys: _Keys = {
        # Nothing leaves the machine: the loopback stands for the TLS connection of AWS.
        "aws:SecureTransport": "true",
        "aws:SourceIp": call.request.environ.get("REMOTE_ADDR", "127.0.0.1"),
        "aws:RequestedRegion": call.region,
        "aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(now.timestamp())),
        "aws:UserAgent": call.request.headers.get("User-Agent"),
        "aws:Referer": call.request.headers.get("Referer"),
        "aws:ResourceAccount": call.account_id,
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
    }
    of_service = _BY_SERVICE.get(call.service)
    return keys | tag_context(call.params) | (of_service(call, state) if of_service else {})


def _sagemaker(call: ApiCall, state: MotoState) -> _Keys:
    return sagemaker_context(call, lambda reference: key_arn(call, reference, state))


def _kms(call: ApiCall, state: MotoState) -> _Keys:
    params = call.params
    encryption: Mapping[str, str] = params.get("EncryptionContext") or {}
    alias = str(params.get("KeyId", ""))
    aliases = state.key(alias, call.region) if alias else None
    keys: _Keys = {
        "kms:CallerAccount": call.account_id,
        "kms:EncryptionContextKeys": list(encryption) or None,
        "kms:RequestAlias": alias if alias.startswith("alias/") else None,
        "kms:ResourceAliases": aliases.aliases if aliases and aliases.aliases else None,
        "kms:GrantOperations": params.get("Operations"),
        "kms:GrantIsForAWSResource": "false" if call.operation == "CreateGrant" else None,
        "kms:KeySpec": params.get("KeySpec"),
        "kms:KeyUsage": params.get("KeyUsage"),
    }
    return keys | {f"kms:EncryptionContext:{name}": v for name, v in encryption.items()}


def _iam(call: ApiCall, _: MotoState) -> _Keys:
    return {
        "iam:PolicyARN": call.params.get("PolicyArn"),
        "iam:PermissionsBoundary": call.params.get("PermissionsBoundary"),
        "iam:AWSServiceName": call.params.get("AWSServiceName"),
    }


def _sts(call: ApiCall, _: MotoState) -> _Keys:
    return {
        "sts:ExternalId": call.params.get("ExternalId"),
        "sts:RoleSessionName": call.params.get("RoleSessionName"),
    }


def _cloudwatch(call: ApiCall, _: MotoState) -> _Keys:
    return {"cloudwatch:namespace": call.params.get("Namespace")}


def _cloudformation(call: ApiCall, _: MotoState) -> _Keys:
    return {
        "cloudformation:RoleArn": call.params.get("RoleARN"),
        "cloudformation:ChangeSetName": call.params.get("ChangeSetName"),
        "cloudformation:TemplateUrl": call.params.get("TemplateURL"),
        "cloudformation:StackPolicyUrl": call.params.get("StackPolicyURL"),
    }


def _sns(call: ApiCall, _: MotoState) -> _Keys:
    return {
        "sns:Protocol": call.params.get("Protocol"),
        "sns:Endpoint": call.params.get("Endpoint"),
    }


def _lambda(call: ApiCall, _: MotoState) -> _Keys:
    return {
        "lambda:Principal": call.params.get("Principal"),
        "lambda:FunctionUrlAuthType": call.params.get("FunctionUrlAuthType"),
        "lambda:Layer": call.params.get("Layers") or None,
    }


def _application_autoscaling(call: ApiCall, _: MotoState) -> _Keys:
    return {
        "application-autoscaling:service-namespace": call.params.get("ServiceNamespace"),
        "application-autoscaling:scalable-dimension": call.params.get("ScalableDimension"),
    }


def _ssm(call: ApiCall, _: MotoState) -> _Keys:
    params: Mapping[str, Any] = call.params
    recursive, overwrite = params.get("Recursive"), params.get("Overwrite")
    return {
        "ssm:Recursive": None if recursive is None else str(recursive).lower(),
        "ssm:Overwrite": None if overwrite is None else str(overwrite).lower(),
    }


_BY_SERVICE: Mapping[str, Callable[[ApiCall, MotoState], _Keys]] = {
    "s3": s3_context,
    "sagemaker": _sagemaker,
    "sagemaker-runtime": _sagemaker,
    "kms": _kms,
    "iam": _iam,
    "sts": _sts,
    "cloudwatch": _cloudwatch,
    "cloudformation": _cloudformation,
    "sns": _sns,
    "lambda": _lambda,
    "application-autoscaling": _application_autoscaling,
    "ssm": _ssm,
    "dynamodb": dynamodb_context,
}

"""Names that AWS keeps for itself: tag keys with `aws:`, and metrics' namespaces with `AWS/`.

Source: Tagging AWS Resources user guide, "Tag naming limits and requirements" ("The aws: prefix is
reserved for AWS use"); CloudWatch API reference, PutMetricData. Neither says with which code a
service refuses: here it is that of invalid parameters or tags in the operations' models, and where
these have none, `ValidationException` or the like. S3 answers for its own tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError

_TAG_PREFIX = "aws:"
_NAMESPACE_PREFIX = "AWS/"
_MEMBERS = ("Tags", "tags", "ResourceTags")
_KEYS = ("Key", "key", "TagKey")
_BY_ITSELF = "s3"
_CODES = {
    "iam": "InvalidInput",
    "sts": "ValidationError",
    "cloudformation": "ValidationError",
    "kms": "TagException",
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "cloudwatch": "InvalidParameterValue",
    "ec2": "InvalidParameterValue",
    "ecr": "InvalidTagParameterException",
    "secretsmanager": "InvalidParameterException",
    "budgets": "InvalidParameterException",
}
_DEFAULT_CODE = "ValidationException"


def refuse_reserved(call: ApiCall) -> None:
    """Raise ApiError when anybody but a service of AWS uses a name that is AWS's own."""
    if call.service != _BY_ITSELF:
        _check_tags(call)
    if (call.service, call.operation) == ("cloudwatch", "PutMetricData"):
        _check_namespace(str(call.params.get("Namespace", "")))


def _check_namespace(namespace: str) -> None:
    if namespace.startswith(_NAMESPACE_PREFIX):
        raise ApiError(
            "InvalidParameterValue",
            f"The value {_NAMESPACE_PREFIX} for parameter Namespace is invalid.",
            status=400,
        )


def _check_tags(call: ApiCall) -> None:
    for key in _tag_keys(call.params):
        if key.lower().startswith(_TAG_PREFIX):
            raise ApiError(
                _CODES.get(call.service, _DEFAULT_CODE),
                f"The tag key {key} is invalid: {_TAG_PREFIX} prefixed tag key names are not "
                "allowed for external use.",
                status=400,
            )


def _tag_keys(params: Mapping[str, Any]) -> Iterator[str]:
    for member in _MEMBERS:
        yield from _keys_of(params.get(member))
    for specification in params.get("TagSpecifications") or ():
        yield from _keys_of(specification.get("Tags"))


def _keys_of(tags: Mapping[str, Any] | Sequence[Any] | None) -> Iterator[str]:
    if isinstance(tags, Mapping):
        yield from tags
        return
    for tag in tags or ():
        if isinstance(tag, Mapping):
            yield from (str(tag[name]) for name in _KEYS if name in tag)

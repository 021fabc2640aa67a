"""From botocore's exceptions to this package's: one sentence each, with the next step."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from botocore import exceptions as boto

from autogluon_client.errors import (
    AutoGluonClientError,
    AwsRequestError,
    ConnectionFailedError,
    CredentialsError,
    PermissionMissingError,
    RegionError,
)

_P = ParamSpec("_P")
_R = TypeVar("_R")

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_WRONG = {
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_DENIED = {"403", "AccessDenied", "AccessDeniedException", "Forbidden", "UnauthorizedOperation"}
_BUSY = {
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_LACKING = {"NotImplemented", "UnknownOperationException"}
_ACTION = re.compile(r"not authorized to perform:? (?P<action>[\w-]+:\w+)(?P<where>.*)", re.DOTALL)
_RESOURCE = re.compile(r"on (?:the )?resource:? (?P<resource>\S+)")
# HeadObject is allowed by the permission to read the object.
_S3_ACTIONS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket"}


def explained(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a public function raise this package's errors instead of botocore's."""

    @functools.wraps(function)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except (boto.BotoCoreError, boto.ClientError) as error:
            raise explain(error) from error

    return wrapper


def explain(error: Exception) -> AutoGluonClientError:
    """The error of this package that says what a botocore error means."""
    if isinstance(error, boto.ClientError):
        return _explain_answer(error)
    if isinstance(error, boto.NoRegionError):
        return RegionError(
            "No AWS region is set; set AWS_DEFAULT_REGION to the region you deployed to, or give "
            "`session=boto3.session.Session(region_name=...)`."
        )
    if isinstance(error, boto.UnauthorizedSSOTokenError | boto.SSOTokenLoadError):
        return _expired(str(error))
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError):
        return CredentialsError(
            f"No usable AWS credentials ({str(error).rstrip('.')}); log in with `aws sso login` or "
            "`aws configure`, or set AWS_PROFILE."
        )
    if isinstance(error, boto.ProfileNotFound):
        return CredentialsError(f"{error}; set AWS_PROFILE to one of `aws configure list-profiles`")
    if isinstance(error, boto.EndpointConnectionError | boto.HTTPClientError):
        return ConnectionFailedError(
            f"AWS cannot be reached ({str(error).rstrip('.')}); check the network and "
            "AWS_ENDPOINT_URL. What was started goes on and can be attached by its name."
        )
    return AwsRequestError(
        f"boto3 could not send a request ({type(error).__name__}: {str(error).rstrip('.')}); check "
        "the arguments of the call, or get a newer boto3 with `pip install --upgrade boto3`."
    )


def _explain_answer(error: boto.ClientError) -> AutoGluonClientError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    if code in _EXPIRED:
        return _expired(message)
    if code in _WRONG:
        return CredentialsError(
            f"AWS does not accept the credentials ({code}: {message.rstrip('.')}); check them with "
            "`aws sts get-caller-identity`."
        )
    if code in _DENIED:
        return _denied(error.operation_name, message)
    what = f"{error.operation_name}: {code}: {message.rstrip('.')}"
    answer = error.response.get("ResponseMetadata", {})
    if code in _LACKING:
        return AwsRequestError(f"AWS has no {what}; do without it, or ask an AWS that has it.")
    if code in _BUSY or answer.get("HTTPStatusCode", 0) >= 500:
        return AwsRequestError(
            f"AWS could not answer {what}; repeat the call in a minute. What was started goes on "
            "and can be attached by its name."
        )
    return AwsRequestError(
        f"AWS refused {what}; look that code up in AWS's reference of {error.operation_name}, or "
        f"ask AWS with the request id {answer.get('RequestId', '(none)')}."
    )


def _expired(message: str) -> CredentialsError:
    return CredentialsError(
        f"The AWS credentials have expired ({message.rstrip('.')}); log in again (`aws sso login`) "
        "and repeat the call. What was started goes on and can be attached by its name."
    )


def _denied(operation: str, message: str) -> PermissionMissingError:
    found = _ACTION.search(message)
    action = found["action"] if found else f"s3:{_S3_ACTIONS.get(operation, operation)}"
    place = _RESOURCE.search(found["where"]) if found else None
    where = f" on {place['resource'].rstrip('.,')}" if place else ""
    return PermissionMissingError(
        f"The permission {action}{where} is missing; give your role the policy that "
        "`TabularCloudPredictor.generate_default_permission()` writes.",
        action=action,
    )

"""Translate botocore's exceptions into this package's errors."""

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
_UNIMPLEMENTED = {"NotImplemented", "UnknownOperationException"}
_ACTION = re.compile(r"not authorized to perform:? (?P<action>[\w-]+:\w+)(?P<where>.*)", re.DOTALL)
_RESOURCE = re.compile(r"on (?:the )?resource:? (?P<resource>\S+)")
# HeadObject is allowed by the permission to read the object.
_S3_ACTIONS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket"}
_RUNS_CONTINUE = "Runs continue in AWS and can be attached by name."


def explained(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Wrap a public function so that it raises this package's errors instead of botocore's."""

    @functools.wraps(function)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except (boto.BotoCoreError, boto.ClientError) as error:
            raise explain(error) from error

    return wrapper


def explain(error: Exception) -> AutoGluonClientError:
    """Return the error of this package that says what a botocore error means."""
    if isinstance(error, boto.ClientError):
        return _explain_answer(error)
    reason = str(error).rstrip(".")
    if isinstance(error, boto.NoRegionError):
        return RegionError(
            "No AWS region is set.",
            advice="Set AWS_DEFAULT_REGION to the region you deployed to, or pass "
            "session=boto3.session.Session(region_name=...).",
        )
    if isinstance(error, boto.UnauthorizedSSOTokenError | boto.SSOTokenLoadError):
        return _expired(reason)
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError):
        return CredentialsError(
            f"No usable AWS credentials ({reason}).",
            advice="Log in with `aws sso login` or `aws configure`, or set AWS_PROFILE.",
        )
    if isinstance(error, boto.ProfileNotFound):
        return CredentialsError(
            f"{reason}.", advice="Set AWS_PROFILE to one of `aws configure list-profiles`."
        )
    if isinstance(error, boto.EndpointConnectionError | boto.HTTPClientError):
        return ConnectionFailedError(
            f"AWS is unreachable ({reason}).",
            advice=f"Check the network and AWS_ENDPOINT_URL. {_RUNS_CONTINUE}",
        )
    return AwsRequestError(
        f"boto3 could not send a request ({type(error).__name__}: {reason}).",
        advice="Check the arguments of the call, or upgrade boto3 with "
        "`pip install --upgrade boto3`.",
    )


def _explain_answer(error: boto.ClientError) -> AutoGluonClientError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    reason = message.rstrip(".")
    if code in _EXPIRED:
        return _expired(reason)
    if code in _WRONG:
        return CredentialsError(
            f"AWS does not accept the credentials ({code}: {reason}).",
            advice="Check them with `aws sts get-caller-identity`.",
        )
    if code in _DENIED:
        return _denied(error.operation_name, message)
    return _refused(error, code, reason)


def _refused(error: boto.ClientError, code: str, reason: str) -> AwsRequestError:
    operation = error.operation_name
    answer = error.response.get("ResponseMetadata", {})
    if code in _UNIMPLEMENTED:
        problem = f"This endpoint does not implement {operation} ({code}: {reason})."
        advice = "Check AWS_ENDPOINT_URL."
    elif code in _BUSY or answer.get("HTTPStatusCode", 0) >= 500:
        problem = f"AWS could not answer {operation} ({code}: {reason})."
        advice = f"Repeat the call in a minute. {_RUNS_CONTINUE}"
    else:
        problem = f"AWS refused {operation} ({code}: {reason})."
        advice = (
            f"Look up that error code in the AWS reference of {operation}, or contact AWS Support "
            f"with request ID {answer.get('RequestId', '(none)')}."
        )
    return AwsRequestError(problem, operation=operation, code=code, advice=advice)


def _expired(reason: str) -> CredentialsError:
    return CredentialsError(
        f"The AWS credentials have expired ({reason}).",
        is_expired=True,
        advice=f"Log in again (`aws sso login`) and repeat the call. {_RUNS_CONTINUE}",
    )


def _denied(operation: str, message: str) -> PermissionMissingError:
    found = _ACTION.search(message)
    action = found["action"] if found else f"s3:{_S3_ACTIONS.get(operation, operation)}"
    resource = _RESOURCE.search(found["where"]) if found else None
    where = f" on {resource['resource'].rstrip('.,')}" if resource else ""
    return PermissionMissingError(
        f"The permission {action}{where} is missing.",
        action=action,
        advice="Give your role the policy that "
        "`TabularCloudPredictor.generate_default_permission()` writes.",
    )

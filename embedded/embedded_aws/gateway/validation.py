"""Refuse a request that its operation's model refuses, in the words of its service.

Sources: the JSON services and the query services on AWS's own framework answer "1 validation error
detected: Value 'x' at 'name' failed to satisfy constraint: ..." (IAM, STS, CloudFormation, SSM,
KMS, SageMaker and Step Functions guides show it); EC2's and SQS's codes are in "Error codes" of
their API references, S3's in its "Error responses".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.core.model import OperationModel

from embedded_aws.gateway.api_error import ApiError
from embedded_aws.gateway.constraints import Problem, problems_of

# Services that give the same sentence another code.
_CODE = {
    "logs": "InvalidParameterException",
    "ecr": "InvalidParameterException",
    "cognito-idp": "InvalidParameterException",
    "cognito-identity": "InvalidParameterException",
    "apigateway": "BadRequestException",
    "apigatewayv2": "BadRequestException",
}
_SHOWN = 1000  # characters of a value; a policy may have 100,000


def refuse_invalid(
    service: str, operation_model: OperationModel, members: Mapping[str, Any], protocol: str
) -> None:
    """Raise for members that are missing or out of the bounds of botocore's model.

    Raises:
        ApiError: 400, with all problems in one sentence where the service does so.
    """
    problems = problems_of(operation_model, members)
    if problems:
        raise _error(service, protocol, problems)


def _error(service: str, protocol: str, problems: Sequence[Problem]) -> ApiError:
    first = problems[0]
    if service == "s3":
        return _s3_error(first)
    if service in {"ec2", "sqs"}:
        return _parameter_error(first)
    default = "ValidationError" if protocol == "query" else "ValidationException"
    return ApiError(_CODE.get(service, default), _sentence(problems), status=400)


def _sentence(problems: Sequence[Problem]) -> str:
    count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
    return f"{count}: {'; '.join(map(_described, problems))}"


def _described(problem: Problem) -> str:
    shown = "null" if problem.is_missing else f"'{_as_java(problem.value)[:_SHOWN]}'"
    return f"Value {shown} at '{problem.path}' failed to satisfy constraint: {problem.constraint}"


def _parameter_error(problem: Problem) -> ApiError:
    name = problem.path[:1].upper() + problem.path[1:]
    if problem.is_missing:
        message = f"The request must contain the parameter {name}."
        return ApiError("MissingParameter", message, status=400)
    shown = _as_java(problem.value)[:_SHOWN]
    return ApiError(
        "InvalidParameterValue",
        f"Value ({shown}) for parameter {name} is invalid. {problem.constraint}",
        status=400,
    )


def _s3_error(problem: Problem) -> ApiError:
    if problem.location:
        shown = "null" if problem.is_missing else _as_java(problem.value)[:_SHOWN]
        message = f"Value {shown} of {problem.path} is invalid: {problem.constraint}"
        return ApiError("InvalidArgument", message, status=400)
    if problem.is_missing and "." not in problem.path:
        return ApiError("MissingRequestBodyError", "Request Body is empty", status=400)
    return ApiError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published "
        f"schema: {problem.path}: {problem.constraint}",
        status=400,
    )


def _as_java(value: Any) -> str:
    """Return a value as AWS's messages show it, in Java's notation."""
    if isinstance(value, Mapping):
        entries = ", ".join(f"{key}={_as_java(item)}" for key, item in value.items())
        return f"{{{entries}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_java, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)

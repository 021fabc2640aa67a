"""The Lambda operations on tags, permissions, concurrency and retries."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.function import (
    LATEST,
    AsyncSettings,
    LambdaFunction,
    parse_reference,
)
from embedded_aws.lambda_runtime.functions_api import FunctionRegistry, reference_of
from embedded_aws.lambda_runtime.versions import check_revision, check_version

# Member of AddPermission -> the condition that Lambda makes of it.
_CONDITIONS = (
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
)


# ARN of an event source mapping -> its tags, to read and to change.
TagFinder = Callable[[str], dict[str, str]]


class FunctionSettingsApi:
    """Operations that change no code and start no process."""

    def __init__(self, registry: FunctionRegistry, mapping_tags: TagFinder) -> None:
        self._registry = registry
        self._mapping_tags = mapping_tags

    def list_tags(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListTags."""
        return {"Tags": dict(self._tags(call))}

    def tag(self, call: ApiCall) -> dict[str, Any]:
        """Answer TagResource."""
        self._tags(call).update(call.params["Tags"])
        return {}

    def untag(self, call: ApiCall) -> dict[str, Any]:
        """Answer UntagResource."""
        tags = self._tags(call)
        for key in call.params["TagKeys"]:
            tags.pop(key, None)
        return {}

    def add_permission(self, call: ApiCall) -> dict[str, Any]:
        """Answer AddPermission."""
        function, params = self._registry.find(call), call.params
        qualifier = self._qualifier(call, function)
        policy = function.policies.setdefault(qualifier or "", {})
        check_revision(function, call)
        sid = params["StatementId"]
        if sid in policy:
            raise ApiError(
                "ResourceConflictException",
                f"The statement id ({sid}) provided already exists. Please provide a new statement "
                "id, or remove the existing statement.",
                status=409,
            )
        policy[sid] = _statement(function, qualifier, params)
        return {"Statement": json.dumps(policy[sid])}

    def remove_permission(self, call: ApiCall) -> dict[str, Any]:
        """Answer RemovePermission."""
        function, sid = self._registry.find(call), call.params["StatementId"]
        check_revision(function, call)
        policy = function.policies.get(self._qualifier(call, function) or "", {})
        if policy.pop(sid, None) is None:
            raise _not_found(f"Statement {sid} is not found in resource policy.")
        return {}

    def get_policy(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetPolicy."""
        function = self._registry.find(call)
        statements = list(function.policies.get(self._qualifier(call, function) or "", {}).values())
        if not statements:
            raise _not_found("The resource you requested does not exist.")
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
        return {"Policy": json.dumps(policy), "RevisionId": function.revision}

    def put_concurrency(self, call: ApiCall) -> dict[str, Any]:
        """Answer PutFunctionConcurrency."""
        function = self._registry.find(call)
        function.reserved_concurrency = call.params["ReservedConcurrentExecutions"]
        return {"ReservedConcurrentExecutions": function.reserved_concurrency}

    def get_concurrency(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetFunctionConcurrency."""
        reserved = self._registry.find(call).reserved_concurrency
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}

    def delete_concurrency(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteFunctionConcurrency."""
        self._registry.find(call).reserved_concurrency = None
        return {}

    def put_event_invoke_config(self, call: ApiCall) -> dict[str, Any]:
        """Answer PutFunctionEventInvokeConfig and UpdateFunctionEventInvokeConfig."""
        function, params = self._registry.find(call), call.params
        destinations = params.get("DestinationConfig") or {}
        if any(destinations.get(key, {}).get("Destination") for key in ("OnSuccess", "OnFailure")):
            raise ApiError(
                "InvalidParameterValueException",
                "The embedded AWS does not support DestinationConfig of function "
                f"'{function.name}'; it honours MaximumRetryAttempts and MaximumEventAgeInSeconds.",
            )
        qualifier = self._qualifier(call, function) or LATEST
        is_update = call.operation == "UpdateFunctionEventInvokeConfig"
        if is_update:
            self.get_event_invoke_config(call)
        settings = function.async_settings.setdefault(qualifier, AsyncSettings())
        retries, age = params.get("MaximumRetryAttempts"), params.get("MaximumEventAgeInSeconds")
        if retries is not None or not is_update:
            settings.maximum_retry_attempts = 2 if retries is None else retries
        if age is not None or not is_update:
            settings.maximum_event_age_seconds = 21_600 if age is None else age
        settings.modified = datetime.now(UTC)
        return self.get_event_invoke_config(call)

    def get_event_invoke_config(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetFunctionEventInvokeConfig."""
        function = self._registry.find(call)
        qualifier = self._qualifier(call, function) or LATEST
        settings = function.async_settings.get(qualifier)
        if settings is None:
            raise _not_found(
                f"The function {function.arn}:{qualifier} doesn't have an EventInvokeConfig"
            )
        return {
            "FunctionArn": f"{function.arn}:{qualifier}",
            "LastModified": settings.modified,
            "MaximumRetryAttempts": settings.maximum_retry_attempts,
            "MaximumEventAgeInSeconds": settings.maximum_event_age_seconds,
        }

    def delete_event_invoke_config(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteFunctionEventInvokeConfig."""
        self.get_event_invoke_config(call)
        function = self._registry.find(call)
        del function.async_settings[self._qualifier(call, function) or LATEST]
        return {}

    def _qualifier(self, call: ApiCall, function: LambdaFunction) -> str | None:
        """Return the qualifier of a call; raises ApiError for one that does not exist."""
        qualifier = reference_of(call).qualifier
        if qualifier is None or qualifier in function.aliases:
            return qualifier
        check_version(function, qualifier)
        return qualifier

    def _tags(self, call: ApiCall) -> dict[str, str]:
        arn = call.params["Resource"]
        if ":event-source-mapping:" in arn:
            return self._mapping_tags(arn)
        return self._registry.get(call.region, parse_reference(arn).name).tags


def _statement(
    function: LambdaFunction, qualifier: str | None, params: dict[str, Any]
) -> dict[str, Any]:
    principal = params["Principal"]
    is_service = principal.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    condition: dict[str, dict[str, Any]] = {}
    for member, operator, key in _CONDITIONS:
        if params.get(member) is not None:
            value = params[member]
            text = str(value).lower() if isinstance(value, bool) else value
            condition.setdefault(operator, {})[key] = text
    statement: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": {"Service" if is_service else "AWS": principal},
        "Action": params["Action"],
        "Resource": f"{function.arn}:{qualifier}" if qualifier else function.arn,
    }
    if principal == "*":
        statement["Principal"] = "*"
    return statement | ({"Condition": condition} if condition else {})


def _not_found(message: str) -> ApiError:
    return ApiError("ResourceNotFoundException", message, status=404)

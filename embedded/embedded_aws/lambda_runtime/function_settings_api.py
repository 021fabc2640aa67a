"""The Lambda operations on tags, permissions, concurrency and retries."""

from __future__ import annotations

import json
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.function import LambdaFunction, parse_reference
from embedded_aws.lambda_runtime.functions_api import FunctionRegistry


class FunctionSettingsApi:
    """Operations that change no code and start no process."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry

    def list_tags(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListTags."""
        return {"Tags": dict(self._by_arn(call).tags)}

    def tag(self, call: ApiCall) -> dict[str, Any]:
        """Answer TagResource."""
        self._by_arn(call).tags.update(call.params["Tags"])
        return {}

    def untag(self, call: ApiCall) -> dict[str, Any]:
        """Answer UntagResource."""
        tags = self._by_arn(call).tags
        for key in call.params["TagKeys"]:
            tags.pop(key, None)
        return {}

    def add_permission(self, call: ApiCall) -> dict[str, Any]:
        """Answer AddPermission."""
        function, params = self._registry.find(call), call.params
        sid = params["StatementId"]
        if sid in function.policy:
            raise ApiError(
                "ResourceConflictException",
                f"The statement id ({sid}) provided already exists. Please provide a new statement "
                "id, or remove the existing statement.",
                status=409,
            )
        function.policy[sid] = _statement(function, params)
        return {"Statement": json.dumps(function.policy[sid])}

    def remove_permission(self, call: ApiCall) -> dict[str, Any]:
        """Answer RemovePermission."""
        function, sid = self._registry.find(call), call.params["StatementId"]
        if function.policy.pop(sid, None) is None:
            raise _not_found(f"Statement {sid} is not found in resource policy.")
        return {}

    def get_policy(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetPolicy."""
        function = self._registry.find(call)
        if not function.policy:
            raise _not_found("The resource you requested does not exist.")
        statements = list(function.policy.values())
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
        is_update = call.operation == "UpdateFunctionEventInvokeConfig"
        retries, age = params.get("MaximumRetryAttempts"), params.get("MaximumEventAgeInSeconds")
        if retries is not None or not is_update:
            function.maximum_retry_attempts = 2 if retries is None else retries
        if age is not None or not is_update:
            function.maximum_event_age_seconds = 21_600 if age is None else age
        function.has_event_invoke_config = True
        return self.get_event_invoke_config(call)

    def get_event_invoke_config(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetFunctionEventInvokeConfig."""
        function = self._registry.find(call)
        if not function.has_event_invoke_config:
            raise _not_found(f"The function {function.arn} doesn't have an EventInvokeConfig")
        return {
            "FunctionArn": f"{function.arn}:$LATEST",
            "LastModified": function.modified,
            "MaximumRetryAttempts": function.maximum_retry_attempts,
            "MaximumEventAgeInSeconds": function.maximum_event_age_seconds,
        }

    def delete_event_invoke_config(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteFunctionEventInvokeConfig."""
        self.get_event_invoke_config(call)
        function = self._registry.find(call)
        function.maximum_retry_attempts, function.maximum_event_age_seconds = 2, 21_600
        function.has_event_invoke_config = False
        return {}

    def _by_arn(self, call: ApiCall) -> LambdaFunction:
        return self._registry.get(call.region, parse_reference(call.params["Resource"], None))


def _statement(function: LambdaFunction, params: dict[str, Any]) -> dict[str, Any]:
    principal = params["Principal"]
    is_service = principal.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    condition: dict[str, dict[str, str]] = {}
    if "SourceArn" in params:
        condition["ArnLike"] = {"AWS:SourceArn": params["SourceArn"]}
    if "SourceAccount" in params:
        condition["StringEquals"] = {"AWS:SourceAccount": params["SourceAccount"]}
    statement: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": {"Service" if is_service else "AWS": principal},
        "Action": params["Action"],
        "Resource": function.arn,
    }
    return statement | ({"Condition": condition} if condition else {})


def _not_found(message: str) -> ApiError:
    return ApiError("ResourceNotFoundException", message, status=404)

"""The Lambda operations that manage functions."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.code_store import CodeStore
from embedded_aws.lambda_runtime.function import (
    LambdaFunction,
    check_settings,
    parse_reference,
    with_defaults,
)
from embedded_aws.lambda_runtime.pool import EnvironmentPool
from embedded_aws.runtime import Runtime


class FunctionRegistry:
    """All functions, by region and name."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._functions: dict[tuple[str, str], LambdaFunction] = {}
        self._lock = threading.Lock()

    def add(self, function: LambdaFunction) -> None:
        """Add a function. Raises ApiError ResourceConflictException when the name is taken."""
        with self._lock:
            if (function.region, function.name) in self._functions:
                raise ApiError(
                    "ResourceConflictException",
                    f"Function already exist: {function.name}",
                    status=409,
                )
            self._functions[function.region, function.name] = function

    def find(self, call: ApiCall) -> LambdaFunction:
        """Return the function of a request; raises ApiError ResourceNotFoundException."""
        name = parse_reference(call.params["FunctionName"], call.params.get("Qualifier"))
        return self.get(call.region, name)

    def get(self, region: str, name: str) -> LambdaFunction:
        """Return the function of that name; raises ApiError ResourceNotFoundException."""
        function = self._functions.get((region, name))
        if function is None:
            arn = f"arn:aws:lambda:{region}:{self._account_id}:function:{name}"
            raise ApiError("ResourceNotFoundException", f"Function not found: {arn}", status=404)
        return function

    def remove(self, function: LambdaFunction) -> None:
        """Remove a function."""
        with self._lock:
            self._functions.pop((function.region, function.name), None)

    def of_region(self, region: str) -> list[LambdaFunction]:
        """Return a region's functions by name."""
        return sorted(
            (f for f in self._functions.values() if f.region == region), key=lambda f: f.name
        )


class FunctionsApi:
    """Create, read, update and delete functions."""

    def __init__(
        self, runtime: Runtime, registry: FunctionRegistry, code: CodeStore, pool: EnvironmentPool
    ) -> None:
        self._runtime = runtime
        self._registry = registry
        self._code = code
        self._pool = pool

    def create(self, call: ApiCall) -> dict[str, Any]:
        """Answer CreateFunction."""
        params = call.params
        name = parse_reference(params["FunctionName"], None)
        self._refuse_publish(call)
        settings = check_settings(name, params)
        missing = [key for key in ("Runtime", "Handler", "Role") if key not in settings]
        if missing:
            raise ApiError(
                "InvalidParameterValueException",
                f"{' and '.join(missing)} must be given for the zip package of function '{name}'",
            )
        function = LambdaFunction(
            name=name,
            region=call.region,
            account_id=call.account_id,
            settings=with_defaults(name, settings),
            code=self._code.add(params["Code"], call.region),
            tags=dict(params.get("Tags") or {}),
        )
        self._check_role(settings["Role"], function)
        self._registry.add(function)
        return function.configuration()

    def get(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetFunction."""
        function = self._registry.find(call)
        answer: dict[str, Any] = {
            "Configuration": function.configuration(),
            "Code": {
                "RepositoryType": "S3",
                "Location": self._runtime.endpoint_url + code_path(function.code.folder),
            },
        }
        if function.tags:
            answer["Tags"] = dict(function.tags)
        if function.reserved_concurrency is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
        return answer

    def get_configuration(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetFunctionConfiguration."""
        return self._registry.find(call).configuration()

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListFunctions with a single page."""
        return {"Functions": [f.configuration() for f in self._registry.of_region(call.region)]}

    def update_code(self, call: ApiCall) -> dict[str, Any]:
        """Answer UpdateFunctionCode."""
        function = self._registry.find(call)
        self._refuse_publish(call)
        self._check_revision(function, call)
        code = self._code.add(call.params, call.region)
        architectures = call.params.get("Architectures")
        if call.params.get("DryRun"):
            return function.configuration()
        with function.lock:
            function.code = code
            if architectures:
                function.settings["Architectures"] = architectures
            function.touch()
        self._pool.retire(function)
        return function.configuration()

    def update_configuration(self, call: ApiCall) -> dict[str, Any]:
        """Answer UpdateFunctionConfiguration."""
        function = self._registry.find(call)
        self._check_revision(function, call)
        changes = check_settings(function.name, call.params)
        if "Role" in changes:
            self._check_role(changes["Role"], function)
        with function.lock:
            function.settings = with_defaults(function.name, {**function.settings, **changes})
            function.touch()
        self._pool.retire(function)
        return function.configuration()

    def delete(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteFunction."""
        function = self._registry.find(call)
        self._registry.remove(function)
        self._pool.retire(function)
        return {}

    def _check_role(self, role_arn: str, function: LambdaFunction) -> None:
        try:
            self._runtime.role_credentials(
                role_arn, "lambda.amazonaws.com", function.name, function.arn
            )
        except ApiError as error:
            raise ApiError(
                "InvalidParameterValueException",
                f"The role defined for the function cannot be assumed by Lambda. ({error})",
            ) from error

    @staticmethod
    def _check_revision(function: LambdaFunction, call: ApiCall) -> None:
        wanted = call.params.get("RevisionId")
        if wanted and wanted != function.revision:
            raise ApiError(
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the "
                "GetFunction/GetAlias API to retrieve the latest Revision Id",
                status=412,
            )

    @staticmethod
    def _refuse_publish(call: ApiCall) -> None:
        if call.params.get("Publish"):
            raise ApiError(
                "NotImplemented",
                "The embedded AWS does not support Lambda versions (Publish); "
                "a function has only $LATEST.",
                status=501,
            )


def code_path(folder: Path) -> str:
    """Return the path from which a deployment package can be downloaded."""
    return f"/_embedded/lambda/code/{folder.name}.zip"

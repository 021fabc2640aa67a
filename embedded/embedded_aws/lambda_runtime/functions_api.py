"""The Lambda operations that manage functions."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.code_store import CodeStore
from embedded_aws.lambda_runtime.function import (
    LATEST,
    FunctionReference,
    LambdaFunction,
    check_settings,
    parse_reference,
    with_defaults,
)
from embedded_aws.lambda_runtime.layers import LayerStore, code_path
from embedded_aws.lambda_runtime.network import placed
from embedded_aws.lambda_runtime.pages import page_of
from embedded_aws.lambda_runtime.pool import EnvironmentPool
from embedded_aws.lambda_runtime.versions import (
    check_revision,
    choose_version,
    delete_version,
    function_not_found,
    publish_version,
)
from embedded_aws.runtime import Runtime


@dataclass(frozen=True)
class ResolvedFunction:
    """A version, and the qualifier by which the caller named it."""

    version: LambdaFunction
    qualifier: str | None

    @property
    def invoked_arn(self) -> str:
        """Return the ARN as the caller means it, with its alias if there is one."""
        arn = self.version.arn
        return f"{arn}:{self.qualifier}" if self.qualifier else arn


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
        """Return the `$LATEST` of a request's function, whatever the qualifier.

        Raises:
            ApiError: ResourceNotFoundException.
        """
        return self.get(call.region, reference_of(call).name)

    def latest(self, call: ApiCall) -> LambdaFunction:
        """Return `$LATEST` for an operation that changes it, and takes no other version."""
        reference = reference_of(call)
        if reference.qualifier not in (None, LATEST):
            raise ApiError(
                "InvalidParameterValueException",
                "Versions and aliases cannot be changed by this operation; use the function's "
                "name without a qualifier.",
                status=400,
            )
        return self.get(call.region, reference.name)

    def resolve(self, call: ApiCall) -> ResolvedFunction:
        """Return the version that a request is about, through an alias where it names one."""
        reference = reference_of(call)
        function = self.get(call.region, reference.name)
        qualifier = reference.qualifier
        if qualifier in (None, LATEST):
            return ResolvedFunction(function, qualifier)
        alias = function.aliases.get(str(qualifier))
        wanted = choose_version(alias) if alias else str(qualifier)
        version = function if wanted == LATEST else function.versions.get(wanted)
        if version is None:
            raise function_not_found(f"{function.arn}:{qualifier}")
        return ResolvedFunction(version, qualifier)

    def get(self, region: str, name: str) -> LambdaFunction:
        """Return the function of that name; raises ApiError ResourceNotFoundException."""
        function = self._functions.get((region, name))
        if function is None:
            raise function_not_found(f"arn:aws:lambda:{region}:{self._account_id}:function:{name}")
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


def reference_of(call: ApiCall) -> FunctionReference:
    """Return what a call's FunctionName and Qualifier refer to."""
    return parse_reference(call.params["FunctionName"], call.params.get("Qualifier"))


class FunctionsApi:
    """Create, read, update and delete functions."""

    def __init__(
        self,
        runtime: Runtime,
        registry: FunctionRegistry,
        code: CodeStore,
        layers: LayerStore,
        pool: EnvironmentPool,
    ) -> None:
        self._runtime = runtime
        self._registry = registry
        self._code = code
        self._layers = layers
        self._pool = pool

    def create(self, call: ApiCall) -> dict[str, Any]:
        """Answer CreateFunction."""
        params = call.params
        name = parse_reference(params["FunctionName"]).name
        settings = check_settings(name, params)
        missing = [key for key in ("Runtime", "Handler", "Role") if key not in settings]
        if missing:
            raise ApiError(
                "InvalidParameterValueException",
                f"{' and '.join(missing)} must be given for the zip package of function '{name}'",
            )
        code = self._code.add(params["Code"], call.region)
        function = LambdaFunction(
            name=name,
            region=call.region,
            account_id=call.account_id,
            settings=with_defaults(name, settings),
            code=code,
            tags=dict(params.get("Tags") or {}),
            layers=self._layers.attach(settings.get("Layers") or [], code),
        )
        self._check_role(settings["Role"], function)
        self._place(function.settings, settings["Role"], call.region)
        self._registry.add(function)
        if params.get("Publish"):
            return publish_version(function, "").configuration()
        return function.configuration()

    def get(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetFunction."""
        resolved = self._registry.resolve(call)
        function, whole = resolved.version, resolved.version.whole
        answer: dict[str, Any] = {
            "Configuration": self._described(resolved),
            "Code": {
                "RepositoryType": "S3",
                "Location": self._runtime.endpoint_url + code_path(function.code.folder),
            },
        }
        if whole.tags:
            answer["Tags"] = dict(whole.tags)
        if whole.reserved_concurrency is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": whole.reserved_concurrency}
        return answer

    @staticmethod
    def _described(resolved: ResolvedFunction) -> dict[str, Any]:
        # As AWS does: a function that was asked for by an alias has the alias in its ARN.
        return resolved.version.configuration() | {"FunctionArn": resolved.invoked_arn}

    def get_configuration(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetFunctionConfiguration."""
        return self._described(self._registry.resolve(call))

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListFunctions; FunctionVersion ALL adds the published versions."""
        found = []
        for function in self._registry.of_region(call.region):
            found.append(function)
            if call.params.get("FunctionVersion") == "ALL":
                found.extend(function.versions.values())
        if call.params.get("MasterRegion"):
            raise not_supported("MasterRegion of ListFunctions: there is no Lambda@Edge")
        page, marker = page_of(found, call.params)
        return {"Functions": [function.configuration() for function in page], **marker}

    def update_code(self, call: ApiCall) -> dict[str, Any]:
        """Answer UpdateFunctionCode."""
        function = self._registry.latest(call)
        check_revision(function, call)
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
        if call.params.get("Publish"):
            return publish_version(function, "").configuration()
        return function.configuration()

    def update_configuration(self, call: ApiCall) -> dict[str, Any]:
        """Answer UpdateFunctionConfiguration."""
        function = self._registry.latest(call)
        check_revision(function, call)
        changes = check_settings(function.name, call.params)
        layers = function.layers
        if "Layers" in changes:
            layers = self._layers.attach(changes["Layers"], function.code)
        if "Role" in changes:
            self._check_role(changes["Role"], function)
        self._place(changes, changes.get("Role", function.settings["Role"]), call.region)
        with function.lock:
            function.settings = with_defaults(function.name, {**function.settings, **changes})
            function.layers = layers
            function.touch()
        self._pool.retire(function)
        return function.configuration()

    def delete(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteFunction: one version, or the function with all of them."""
        function, qualifier = self._registry.find(call), reference_of(call).qualifier
        if qualifier is not None:
            delete_version(function, qualifier)
            return {}
        self._registry.remove(function)
        for version in (function, *function.versions.values()):
            self._pool.retire(version)
        return {}

    def _place(self, settings: dict[str, Any], role_arn: str, region: str) -> None:
        """Complete the VPC configuration in a request, if it has one."""
        if "VpcConfig" in settings:
            settings["VpcConfig"] = placed(
                self._runtime, settings["VpcConfig"], role_arn=role_arn, region=region
            )

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


def not_supported(what: str) -> ApiError:
    """Return the error for what this service does not have."""
    return ApiError("NotImplemented", f"The embedded AWS does not support {what}.", status=501)

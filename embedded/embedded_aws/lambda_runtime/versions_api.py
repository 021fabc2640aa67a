"""The Lambda operations on published versions and aliases."""

from __future__ import annotations

import re
import uuid
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.function import Alias, LambdaFunction
from embedded_aws.lambda_runtime.functions_api import FunctionRegistry, not_supported
from embedded_aws.lambda_runtime.pages import page_of
from embedded_aws.lambda_runtime.versions import (
    check_revision,
    check_version,
    publish_version,
    routing_of,
)

_NUMBER = re.compile(r"^\d+$")


class VersionsApi:
    """Publish and list versions; create, read, update and delete aliases."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry

    def publish(self, call: ApiCall) -> dict[str, Any]:
        """Answer PublishVersion."""
        function, params = self._registry.latest(call), call.params
        check_revision(function, call)
        if params.get("PublishTo"):
            raise not_supported("PublishTo of PublishVersion")
        digest = params.get("CodeSha256")
        if digest and digest != function.code.sha256:
            raise ApiError(
                "InvalidParameterValueException",
                f"CodeSHA256 ({digest}) is different from current CodeSHA256 in $LATEST "
                f"({function.code.sha256}). Please try again with the CodeSHA256 in $LATEST.",
                status=400,
            )
        return publish_version(function, params.get("Description") or "").configuration()

    def list_versions(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListVersionsByFunction, `$LATEST` first."""
        function = self._registry.find(call)
        page, marker = page_of([function, *function.versions.values()], call.params)
        described = [
            version.configuration() | {"FunctionArn": f"{version.arn}:{version.version}"}
            for version in page
        ]
        return {"Versions": described, **marker}

    def create_alias(self, call: ApiCall) -> dict[str, Any]:
        """Answer CreateAlias."""
        function, params = self._registry.latest(call), call.params
        name = params["Name"]
        if _NUMBER.match(name):
            raise ApiError(
                "ValidationException",
                f"1 validation error detected: Value '{name}' at 'name' failed to satisfy "
                "constraint: an alias is not a number",
                status=400,
            )
        if name in function.aliases:
            raise ApiError(
                "ResourceConflictException",
                f"Alias already exists: {function.arn}:{name}",
                status=409,
            )
        check_version(function, params["FunctionVersion"])
        alias = Alias(
            name,
            params["FunctionVersion"],
            params.get("Description") or "",
            routing_of(function, params),
        )
        function.aliases[name] = alias
        return _describe(function, alias)

    def get_alias(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetAlias."""
        return _describe(*self._find(call))

    def update_alias(self, call: ApiCall) -> dict[str, Any]:
        """Answer UpdateAlias."""
        (function, alias), params = self._find(call), call.params
        check_revision(alias, call)
        if params.get("FunctionVersion"):
            check_version(function, params["FunctionVersion"])
            alias.version = params["FunctionVersion"]
        if params.get("Description") is not None:
            alias.description = params["Description"]
        if params.get("RoutingConfig") is not None:
            alias.weights = routing_of(function, params)
        alias.revision = str(uuid.uuid4())
        return _describe(function, alias)

    def delete_alias(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteAlias; succeeds when there is none."""
        function = self._registry.find(call)
        function.aliases.pop(call.params["Name"], None)
        return {}

    def list_aliases(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListAliases."""
        function, version = self._registry.find(call), call.params.get("FunctionVersion")
        found = [
            alias
            for _, alias in sorted(function.aliases.items())
            if version is None or version in alias.versions
        ]
        page, marker = page_of(found, call.params)
        return {"Aliases": [_describe(function, alias) for alias in page], **marker}

    def _find(self, call: ApiCall) -> tuple[LambdaFunction, Alias]:
        function = self._registry.find(call)
        alias = function.aliases.get(call.params["Name"])
        if alias is None:
            arn = f"{function.arn}:{call.params['Name']}"
            raise ApiError("ResourceNotFoundException", f"Cannot find alias arn: {arn}", status=404)
        return function, alias


def _describe(function: LambdaFunction, alias: Alias) -> dict[str, Any]:
    described: dict[str, Any] = {
        "AliasArn": f"{function.arn}:{alias.name}",
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision,
    }
    if alias.weights:
        described["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return described

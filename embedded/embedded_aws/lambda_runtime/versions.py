"""Published versions of a function, and the aliases that name them."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.function import LATEST, Alias, LambdaFunction


def publish_version(function: LambdaFunction, description: str) -> LambdaFunction:
    """Return a version with `$LATEST`'s code and settings; the newest one if nothing changed."""
    with function.lock:
        newest = next(reversed(function.versions.values()), None)
        if newest is not None and newest.published_from == function.revision:
            return newest
        number = str(function.next_version)
        function.next_version += 1
        settings = dict(function.settings)
        if description:
            settings["Description"] = description
        version = replace(
            function,
            settings=settings,
            version=number,
            latest=function,
            published_from=function.revision,
            revision=str(uuid.uuid4()),
            versions={},
            aliases={},
            policies={},
            async_settings={},
            tags={},
        )
        function.versions[number] = version
    return version


def delete_version(function: LambdaFunction, qualifier: str) -> None:
    """Delete a published version that no alias names.

    Raises:
        ApiError: `$LATEST`, an alias, or a version in use.
    """
    if qualifier == LATEST:
        raise _invalid("$LATEST version cannot be deleted without deleting the function.")
    if qualifier in function.aliases:
        raise _invalid("Deletion of aliases is not supported by this API; use DeleteAlias.")
    users = [name for name, alias in function.aliases.items() if qualifier in alias.versions]
    if users:
        raise ApiError(
            "ResourceConflictException",
            f"Version {qualifier} is used by the alias {', '.join(sorted(users))}.",
            status=409,
        )
    if function.versions.pop(qualifier, None) is None:
        raise function_not_found(f"{function.arn}:{qualifier}")


def function_not_found(arn: str) -> ApiError:
    """Return Lambda's error for a function, version or alias that does not exist."""
    return ApiError("ResourceNotFoundException", f"Function not found: {arn}", status=404)


def check_revision(thing: LambdaFunction | Alias, call: ApiCall) -> None:
    """Refuse a change whose RevisionId is not the newest one."""
    wanted = call.params.get("RevisionId")
    if wanted and wanted != thing.revision:
        raise ApiError(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the "
            "GetFunction/GetAlias API to retrieve the latest Revision Id",
            status=412,
        )


def routing_of(function: LambdaFunction, params: dict[str, Any]) -> dict[str, float]:
    """Return the weights of an alias's second version.

    Raises:
        ApiError: the version does not exist, or the weights are not Lambda's.
    """
    weights = (params.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    if len(weights) > 1:
        raise _invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    for version, weight in weights.items():
        check_version(function, version)
        if version == LATEST or not 0 <= weight <= 1:
            raise _invalid(f"The weight of version {version} has to be between 0 and 1.")
    return {str(version): float(weight) for version, weight in weights.items()}


def check_version(function: LambdaFunction, version: str) -> None:
    """Refuse a version that does not exist."""
    if version != LATEST and version not in function.versions:
        raise function_not_found(f"{function.arn}:{version}")


def choose_version(alias: Alias) -> str:
    """Return the version that one call of an alias gets."""
    for version, weight in alias.weights.items():
        if random.random() < weight:  # noqa: S311 - a share of calls, no secret
            return version
    return alias.version


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterValueException", message, status=400)

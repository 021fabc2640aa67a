"""Find one of a predictor's model versions."""

from __future__ import annotations

from typing import Any

from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.models.version_before import PromotedVersion
from autogluon_contracts.names import NO_MODEL


def promoted_versions(packages: list[dict[str, Any]]) -> list[PromotedVersion]:
    """Return what DescribeModelPackage's answers tell of promotions."""
    return [_promoted(package) for package in packages]


def _promoted(package: dict[str, Any]) -> PromotedVersion:
    known = VersionMetadata.from_properties(package.get("CustomerMetadataProperties"))
    return PromotedVersion(
        number=int(package["ModelPackageVersion"]),
        is_approved=package["ModelApprovalStatus"] == "Approved",
        live_since=known.live_since,
        promotion_failed=known.promotion_failed,
    )


def live_or_latest(
    invocation: Invocation, predictor: str, model: str | None, *, otherwise: str
) -> dict[str, Any]:
    """Return a version: a number, `latest` or `live`; None means live, or latest if none is live.

    Args:
        otherwise: the command to name where `live` is asked for and no model is.

    Raises:
        CommandError: the version does not exist.
    """
    live = live_model(invocation, predictor)
    if model == "live" and live == NO_MODEL:
        raise CommandError(
            f"Predictor {predictor!r} is off: it has no live model.",
            next_command=otherwise,
            exit_code=ExitCode.NOT_FOUND,
        )
    if model in (None, "live"):
        model = "latest" if live == NO_MODEL else live.rpartition("/")[2]
    return find_version(invocation, predictor, str(model))


def find_version(invocation: Invocation, predictor: str, version: str) -> dict[str, Any]:
    """Return DescribeModelPackage's answer for a version's number, or for `latest`.

    Raises:
        CommandError: the version does not exist.
    """
    from autogluon_client.errors import NotFoundError
    from autogluon_client.registry import versions

    try:
        return versions.find_version(invocation.connection, predictor, version)
    except NotFoundError as error:
        following = "models {}" if "versions:" in error.message else "train {} FILE"
        raise CommandError(
            error.message,
            next_command=f"agcdk {following.format(predictor)}",
            exit_code=ExitCode.NOT_FOUND,
        ) from error

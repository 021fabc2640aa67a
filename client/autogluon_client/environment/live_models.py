"""Check that an endpoint still answers from the model that an object put into service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import EndpointOffError, OtherModelError
from autogluon_contracts.names import MAIN_VARIANT, NO_MODEL, SHADOW_VARIANT


def version_named(model: str | int) -> str | None:
    """Return the model package ARN or version number that `deploy` was asked for.

    None for `latest-approved` and the like, which may be another version at any time.
    """
    text = str(model)
    return text if text.startswith("arn:") or text.isdecimal() else None


def variant_of_live(spec: Mapping[str, Any]) -> str | None:
    """Return the variant to ask for the live model's answers; None where all requests get them.

    Args:
        spec: of the endpoint's predictor.
    """
    declared = (spec["endpoint"] or {}).get("variants") or ()
    return MAIN_VARIANT if set(declared) - {SHADOW_VARIANT} else None


def require_live(connection: Connection, endpoint: str, deployed: str) -> None:
    """Refuse to use an endpoint that does not answer from the deployed model.

    An endpoint belongs to its predictor: each deployment changes it for all its callers.

    Args:
        deployed: what `version_named` returned.

    Raises:
        OtherModelError: another model is live.
        EndpointOffError: no model is live.
    """
    if refuse_other_model(connection, endpoint, deployed) == NO_MODEL:
        raise EndpointOffError(
            f"Endpoint {endpoint} has no model in service; {_own(deployed)} was taken out of it.",
            advice="Call deploy().",
        )


def refuse_other_model(connection: Connection, endpoint: str, deployed: str) -> str | None:
    """Return what is live at an endpoint, unless it is another model than the deployed one.

    Returns:
        `none`, the model package's ARN, or None for an endpoint of another environment.

    Raises:
        OtherModelError: another model is live.
    """
    predictor = connection.deployment.predictor_of(endpoint)
    if predictor is None:
        return None
    live = connection.live_model(predictor)
    if live == NO_MODEL or deployed in (live, _version(live)):
        return live
    raise OtherModelError(
        f"Endpoint {endpoint} answers from version {_version(live)} of predictor {predictor!r}, "
        f"not from {_own(deployed)}.",
        endpoint=endpoint,
        live_model=live,
        advice="Call deploy() to put your version into service, or "
        f"attach_endpoint({endpoint!r}) to use the live one.",
    )


def _own(deployed: str) -> str:
    return f"version {_version(deployed)}, which this object deployed"


def _version(model: str) -> str:
    return model.rpartition("/")[2]

"""Whether the model that an object put into service is still the one that answers."""

from __future__ import annotations

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import EndpointOffError, OtherModelError

_NOTHING = "none"


def version_named(model: str | int) -> str | None:
    """The model package ARN or version number that `deploy` was asked for.

    None for `latest-approved` and the like, which may be another version at any time.
    """
    text = str(model)
    return text if text.startswith("arn:") or text.isdecimal() else None


def require_live(connection: Connection, endpoint: str, deployed: str) -> None:
    """Refuse to ask an endpoint that does not answer from the model that was deployed.

    An endpoint belongs to its predictor, not to who deployed last, and answers everybody alike.

    Args:
        deployed: what `version_named` returned.

    Raises:
        OtherModelError: another model is live.
        EndpointOffError: none is.
    """
    if refuse_other_model(connection, endpoint, deployed) == _NOTHING:
        raise EndpointOffError(
            f"The endpoint {endpoint} has no model in service, nor {_yours(deployed)}; call "
            "deploy()."
        )


def refuse_other_model(connection: Connection, endpoint: str, deployed: str) -> str | None:
    """What is live at an endpoint, unless it is another model than the one that was deployed.

    Returns:
        `none`, the model package's ARN, or None where the endpoint is none of the environment's.

    Raises:
        OtherModelError: another model is live.
    """
    predictor = connection.deployment.predictor_of(endpoint)
    if predictor is None:
        return None
    live = connection.live_model(predictor)
    if live == _NOTHING or deployed in (live, _version(live)):
        return live
    raise OtherModelError(
        f"The endpoint {endpoint} answers from version {_version(live)} of predictor "
        f"{predictor!r}, not from {_yours(deployed)}; call deploy() to put yours into service, or "
        f"attach_endpoint({endpoint!r}) to use what is live."
    )


def _yours(deployed: str) -> str:
    return f"version {_version(deployed)}, which this object deployed"


def _version(model: str) -> str:
    return model.rpartition("/")[2]

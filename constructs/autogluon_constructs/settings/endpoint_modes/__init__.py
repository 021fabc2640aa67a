"""Define how a predictor can answer outside of batches, one module per endpoint mode.

`Endpoint` is the union of all modes, told apart by `mode`. A new mode is a module here with its
settings (`main_variant` and `variants_beside` are what its endpoint configuration holds), and an
entry in `Endpoint`.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from autogluon_constructs.settings.endpoint_modes.asynchronous import (
    AsynchronousEndpoint,
    BacklogScaling,
)
from autogluon_constructs.settings.endpoint_modes.capture import Capture
from autogluon_constructs.settings.endpoint_modes.real_time import Autoscaling, RealTimeEndpoint
from autogluon_constructs.settings.endpoint_modes.serverless import (
    ProvisionedScaling,
    ServerlessEndpoint,
)
from autogluon_constructs.settings.fields import refuse

__all__ = [
    "AsynchronousEndpoint",
    "Autoscaling",
    "BacklogScaling",
    "Capture",
    "Endpoint",
    "ProvisionedScaling",
    "RealTimeEndpoint",
    "ServerlessEndpoint",
]

_PLANNED = ("inference-components",)
_DEFAULT = "real-time"


def _known_mode(value: Any) -> Any:
    """Name a planned mode before the keys of another one are found wrong; add the default."""
    if not isinstance(value, dict):
        return value
    if value.get("mode") in _PLANNED:
        raise refuse(
            f"mode '{value['mode']}' is not supported yet; allowed: 'real-time', 'asynchronous' or "
            "'serverless'"
        )
    return {"mode": _DEFAULT, **value}


Endpoint = Annotated[
    Annotated[
        RealTimeEndpoint | AsynchronousEndpoint | ServerlessEndpoint, Field(discriminator="mode")
    ],
    BeforeValidator(_known_mode),
]

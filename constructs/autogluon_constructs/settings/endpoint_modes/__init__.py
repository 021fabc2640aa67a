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
from autogluon_constructs.settings.endpoint_modes.component import (
    ComponentEndpoint,
    CopyScaling,
)
from autogluon_constructs.settings.endpoint_modes.pipeline import Pipeline, PipelineContainer
from autogluon_constructs.settings.endpoint_modes.real_time import Autoscaling, RealTimeEndpoint
from autogluon_constructs.settings.endpoint_modes.serverless import (
    ProvisionedScaling,
    ServerlessEndpoint,
)
from autogluon_constructs.settings.endpoint_modes.steps import StepScaling
from autogluon_constructs.settings.fields import refuse

__all__ = [
    "AsynchronousEndpoint",
    "Autoscaling",
    "BacklogScaling",
    "Capture",
    "ComponentEndpoint",
    "CopyScaling",
    "Endpoint",
    "OwnEndpoint",
    "Pipeline",
    "PipelineContainer",
    "ProvisionedScaling",
    "RealTimeEndpoint",
    "ServerlessEndpoint",
    "StepScaling",
]

_OTHER_WORDS = {"inference-component": "component", "inference-components": "component"}
_DEFAULT = "real-time"


def _known_mode(value: Any) -> Any:
    """Name the mode that was meant before keys of another one are found wrong; add the default."""
    if not isinstance(value, dict):
        return value
    meant = _OTHER_WORDS.get(str(value.get("mode")))
    if meant is not None:
        raise refuse(f"mode: got '{value['mode']}'; it is called '{meant}' here")
    return {"mode": _DEFAULT, **value}


OwnEndpoint = RealTimeEndpoint | AsynchronousEndpoint | ServerlessEndpoint
"""An endpoint that a predictor has for itself."""

Endpoint = Annotated[
    Annotated[
        OwnEndpoint | ComponentEndpoint,
        Field(discriminator="mode"),
    ],
    BeforeValidator(_known_mode),
]

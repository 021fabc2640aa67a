"""Define how a predictor can answer outside of batches, one module per endpoint mode.

`Endpoint` is the union of all modes, told apart by `mode`. A new mode is a module here with its
settings (their `variants` are what its endpoint configuration holds), and an entry in `Endpoint`.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator

from autogluon_constructs.settings.endpoint_modes.real_time import Autoscaling, RealTimeEndpoint
from autogluon_constructs.settings.fields import refuse

__all__ = ["Autoscaling", "Endpoint", "RealTimeEndpoint"]

_PLANNED = ("serverless", "asynchronous", "inference-components")


def _known_mode(value: Any) -> Any:
    """Name a planned mode before the keys of another one are found wrong."""
    mode = value.get("mode") if isinstance(value, dict) else None
    if mode in _PLANNED:
        raise refuse(f"mode '{mode}' is not supported yet; allowed: 'real-time'")
    return value


# With a second mode: `RealTimeEndpoint | ...`, discriminated by `mode`.
Endpoint = Annotated[RealTimeEndpoint, BeforeValidator(_known_mode)]

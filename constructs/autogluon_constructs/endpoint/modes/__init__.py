"""Build what each endpoint mode adds to an endpoint's stack, one module per mode."""

from collections.abc import Mapping
from typing import Any

from autogluon_constructs.endpoint.modes.asynchronous import Asynchronous
from autogluon_constructs.endpoint.modes.mode import EndpointMode
from autogluon_constructs.endpoint.modes.real_time import RealTime
from autogluon_constructs.endpoint.modes.serverless import Serverless

_MODES: Mapping[str, type[EndpointMode[Any, Any]]] = {
    "real-time": RealTime,
    "asynchronous": Asynchronous,
    "serverless": Serverless,
}


def mode_named(name: str) -> type[EndpointMode[Any, Any]]:
    """Return the builder of a mode by its name in the settings."""
    return _MODES[name]

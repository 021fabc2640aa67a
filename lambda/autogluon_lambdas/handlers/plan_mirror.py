"""Plan the mirroring of weights: check the input, build the CreateProcessingJob request."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.weights.plan import MirrorPlanner


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"request", "ladder", "mirror"}`; raises InvalidInputError."""
    environment = wiring.environment()
    return MirrorPlanner(environment, environment.mirror, wiring.store()).plan(event)

"""Handle a CloudFormation custom resource: keep live models during an upgrade."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.handlers._custom_resource import answer
from autogluon_lambdas.logic.deployment.keep_live_models import LiveModelKeeper


def handler(event: dict[str, Any], _context: object) -> None:
    """Copy live models, or delete the copies, and answer the custom resource event."""

    def act() -> str:
        LiveModelKeeper(wiring.parameters()).act(event)
        # A creation that failed is deleted under the id that `answer` gave it.
        return str(event.get("PhysicalResourceId", "kept-live-models"))

    answer(event, act)

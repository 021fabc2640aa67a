"""Handle a CloudFormation custom resource: configure the log groups that SageMaker makes."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.handlers._custom_resource import answer
from autogluon_lambdas.logic.deployment.configure_log_groups import LogGroupConfigurer


def handler(event: dict[str, Any], _context: object) -> None:
    """Create or change log groups, and answer the custom resource event."""

    def act() -> str:
        LogGroupConfigurer(wiring.log_groups()).act(event)
        return str(event.get("PhysicalResourceId", "log-groups"))

    answer(event, act)

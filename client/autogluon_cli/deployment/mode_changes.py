"""Stop a deployment that changes how an endpoint in service answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.errors import NotDeployedError, UnknownPredictorError
from autogluon_contracts.defaults import REAL_TIME
from autogluon_contracts.names import NO_MODEL

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment


def require_same_modes(invocation: Invocation, settings: Environment) -> None:
    """Check, before anything is deployed, that no endpoint in service changes its mode.

    SageMaker refuses that update, and CloudFormation rolls the stack back.

    Raises:
        CommandError: an endpoint's mode changes while a model is live.
    """
    for name, predictor in settings.predictors.items():
        try:
            deployed = invocation.connection.spec(name)["endpoint"]
        except (NotDeployedError, UnknownPredictorError):
            continue
        if predictor.endpoint is None or deployed is None:
            continue
        mode = deployed.get("mode", REAL_TIME)
        if predictor.endpoint.mode != mode and live_model(invocation, name) != NO_MODEL:
            raise CommandError(
                f"{invocation.settings_file}: predictors.{name}.endpoint.mode: the endpoint in "
                f"service is {mode}, and an endpoint keeps its mode. Nothing was deployed.",
                advice=f"Take it out of service, deploy, and serve it again: "
                f"{invocation.command(f'on {name}')}.",
                next_command=invocation.command(f"off {name}"),
                exit_code=ExitCode.USAGE_ERROR,
            )

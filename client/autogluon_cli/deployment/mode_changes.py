"""Stop a deployment that changes how an endpoint in service answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.errors import NotDeployedError, UnknownPredictorError
from autogluon_contracts.defaults import REAL_TIME
from autogluon_contracts.names import NO_MODEL
from autogluon_contracts.names import endpoint as endpoint_name

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment


def require_same_modes(invocation: Invocation, settings: Environment) -> None:
    """Check, before anything is deployed, that no endpoint in service changes its mode or place.

    SageMaker refuses that update, and CloudFormation rolls the stack back.

    Raises:
        CommandError: an endpoint's mode, or a component's endpoint, changes while a model is live.
    """
    for name, predictor in settings.predictors.items():
        try:
            deployed = invocation.connection.spec(name)["endpoint"]
        except (NotDeployedError, UnknownPredictorError):
            continue
        if predictor.endpoint is None or deployed is None:
            continue
        mode = deployed.get("mode", REAL_TIME)
        known = deployed["name"]
        if predictor.endpoint.mode != mode:
            key, why = "mode", f"the endpoint in service is {mode}, and an endpoint keeps its mode"
        elif predictor.endpoint.endpoint_name(settings.name, name) != known:
            key, why = (
                "name",
                f"the endpoint in service is {known}, and callers know its name",
            )
        elif _host(settings, name) != (deployed.get("component") or {}).get("shared_endpoint"):
            key, why = (
                "shared_endpoint",
                "the component in service is on another endpoint, and stays there",
            )
        else:
            continue
        if live_model(invocation, name) != NO_MODEL:
            raise CommandError(
                f"{invocation.settings_file}: predictors.{name}.endpoint.{key}: {why}. Nothing was "
                "deployed.",
                advice=f"Take it out of service, deploy, and serve it again: "
                f"{invocation.command(f'on {name}')}.",
                next_command=invocation.command(f"off {name}"),
                exit_code=ExitCode.USAGE_ERROR,
            )


def _host(settings: Environment, predictor: str) -> str | None:
    """Return the shared endpoint that a predictor is declared on; None where it has its own."""
    component = settings.components.get(predictor)
    return None if component is None else endpoint_name(settings.name, component.shared_endpoint)

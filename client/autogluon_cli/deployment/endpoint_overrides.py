"""Stop a deployment that no longer allows what a promotion chose for an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autogluon_cli.deployment.environment_stacks import EnvironmentStacks
from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts.names import (
    AS_SETTINGS,
    INITIAL_INSTANCE_COUNT_PARAMETER,
    INSTANCE_TYPE_PARAMETER,
    endpoint_stack,
)

if TYPE_CHECKING:
    from autogluon_constructs.settings import (
        AsynchronousEndpoint,
        Environment,
        RealTimeEndpoint,
    )


def require_allowed_choices(
    invocation: Invocation, settings: Environment, stacks: EnvironmentStacks
) -> None:
    """Check, before anything is deployed, that the settings allow what promotions chose.

    Otherwise CloudFormation refuses the endpoint's stack after it has deployed other stacks.

    Raises:
        CommandError: the settings no longer allow a chosen instance type or count.
    """
    from autogluon_constructs.settings import AsynchronousEndpoint, RealTimeEndpoint

    for name, predictor in settings.predictors.items():
        chosen = stacks.parameters(endpoint_stack(settings.name, name))
        endpoint = predictor.endpoint
        if not isinstance(endpoint, RealTimeEndpoint | AsynchronousEndpoint) or chosen is None:
            continue  # nothing to choose
        for parameter, allowed, key, own_key, option in _choices(endpoint):
            value = chosen.get(parameter)
            if not allowed or value in (None, *allowed):
                continue
            # The stack's and the planner's settings are still the deployed ones.
            own = invocation.connection.spec(name)["endpoint"][own_key]
            version = live_model(invocation, name).rpartition("/")[2]
            raise CommandError(
                f"{invocation.settings_file}: predictors.{name}.endpoint.{key} no longer allows "
                f"{value}, which a promotion chose for the endpoint. Nothing was deployed.",
                advice=f"Return to the deployed {own_key}, then deploy again.",
                next_command=invocation.command(f"on {name} --model {version} {option} {own}"),
                exit_code=ExitCode.USAGE_ERROR,
            )


def _choices(
    endpoint: RealTimeEndpoint | AsynchronousEndpoint,
) -> Iterator[tuple[str, tuple[str, ...], str, str, str]]:
    """Yield parameter, allowed values (none: the parameter is dropped), keys and option."""
    types = endpoint.allowed_instance_types
    most = endpoint.max_initial_instance_count
    counts = () if most is None else tuple(str(count) for count in range(1, most + 1))
    yield (
        INSTANCE_TYPE_PARAMETER,
        (AS_SETTINGS, *types) if types else (),
        "allowed_instance_types",
        "instance_type",
        "--instance-type",
    )
    yield (
        INITIAL_INSTANCE_COUNT_PARAMETER,
        (AS_SETTINGS, *counts) if counts else (),
        "max_initial_instance_count",
        "initial_instance_count",
        "--instance-count",
    )

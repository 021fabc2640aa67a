"""Stop a deployment that removes a variant in service while it scales."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.errors import NotDeployedError, UnknownPredictorError
from autogluon_contracts.names import NO_MODEL, SHADOW_VARIANT

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment


def require_removable_variants(invocation: Invocation, settings: Environment) -> None:
    """Check, before anything is deployed, that no variant leaves the settings while it scales.

    SageMaker refuses to remove a scalable target ("Update endpoints that use automatic scaling" in
    its guide), and CloudFormation deletes the target only after it has updated the endpoint.

    Raises:
        CommandError: a variant that scales has a live model, and the settings no longer name it.
    """
    for name, predictor in settings.predictors.items():
        try:
            deployed = invocation.connection.spec(name)["endpoint"]
        except (NotDeployedError, UnknownPredictorError):
            continue
        if predictor.endpoint is None or deployed is None or not deployed.get("autoscaled"):
            continue
        if live_model(invocation, name) == NO_MODEL:
            continue
        kept = {variant.name for variant in predictor.endpoint.variants_beside}
        for variant in deployed.get("variants") or {}:
            if variant in kept or variant == SHADOW_VARIANT:
                continue
            if invocation.connection.live_model(name, variant) != NO_MODEL:
                raise CommandError(
                    f"{invocation.settings_file}: predictors.{name}.endpoint.variants: {variant} "
                    "is in service and scales automatically, so SageMaker refuses to remove it. "
                    "Nothing was deployed.",
                    advice="Take it out of service first, then deploy.",
                    next_command=invocation.command(f"off {name} --variant {variant}"),
                    exit_code=ExitCode.USAGE_ERROR,
                )

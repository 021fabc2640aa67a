"""Deploy another instance type for endpoints that scale automatically, in two updates.

SageMaker refuses another type for a scalable target ("Update endpoints that use automatic scaling"
in its guide), and CloudFormation deletes the target only after it has updated the endpoint. So the
first update switches scaling off and leaves all else; the deployment changes the type and switches
scaling on again. A deployment that fails puts scaling back, and one that is interrupted begins to.
One that was killed leaves the stack's parameter off: the doctor says so, and the next deployment or
promotion switches scaling on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.deployment.cdk_progress import run_cdk
from autogluon_cli.deployment.cdk_role import stack_changer
from autogluon_cli.deployment.environment_stacks import EnvironmentStacks, find_stacks_if_allowed
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_states import (
    RunningVariant,
    describe_endpoint,
    running_variants,
)
from autogluon_cli.terminal.output import live_line
from autogluon_contracts.names import (
    AS_SETTINGS,
    INSTANCE_TYPE_PARAMETER,
    MAIN_VARIANT,
    SCALING_OFF,
    SCALING_ON,
    SCALING_PARAMETER,
    endpoint_stack,
)

if TYPE_CHECKING:
    from autogluon_cli.deployment.account import Account
    from autogluon_cli.deployment.cdk import Cdk
    from autogluon_constructs.settings import Endpoint, Environment
    from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant

_POLL_SECONDS = 1.0
_SCALABLE_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
_CAPABILITIES = ["CAPABILITY_NAMED_IAM"]  # as the stacks were made with


def deploy_all(
    invocation: Invocation,
    settings: Environment,
    stacks: EnvironmentStacks | None,
    account: Account,
    *,
    title: str,
    next_command: str,
) -> None:
    """Deploy every stack of the assembly; endpoints that scale change their type in two updates.

    Args:
        stacks: those that exist; None where the caller may not describe them, so that a change of
            type is refused by SageMaker and rolled back. Scaling that was left off is switched on
            all the same, as the CDK's role sees it.

    Raises:
        CommandError: a stack was not deployed; endpoints scale as before, or a line says which not.
    """
    paused = [] if stacks is None else _changing(invocation, settings, stacks)
    seen = stacks or find_stacks_if_allowed(invocation, stack_changer(invocation, account))
    resumed = [] if seen is None else _scaling_again(settings, seen, paused)
    parameters = [f"{stack}:{SCALING_PARAMETER}={SCALING_ON}" for stack in resumed]
    for stack in resumed:
        if stack not in paused:
            click.echo(
                f"{stack}: automatic scaling was left off by an interrupted change of an instance "
                "type; this deployment switches it on.",
                err=True,
            )

    def deploy(cdk: Cdk) -> None:
        cdk.deploy(parameters)

    try:
        _switch(invocation, account, paused, SCALING_OFF)
        run_cdk(invocation, title, deploy, next_command=next_command, synthesized=True)
    except Exception:
        for stack in paused:
            _put_back(invocation, account, stack)
        raise
    except KeyboardInterrupt:
        for stack in paused:
            _begin_to_put_back(invocation, account, stack)
        raise


def _changing(
    invocation: Invocation, settings: Environment, stacks: EnvironmentStacks
) -> list[str]:
    """Return the stacks of endpoints in service that scale and will run on another type.

    Raises:
        CommandError: a stack is of a version that cannot switch scaling off.
    """
    found = []
    for name, predictor in settings.predictors.items():
        stack = endpoint_stack(settings.name, name)
        deployed = stacks.parameters(stack)
        if predictor.endpoint is None or deployed is None:
            continue
        changing = _changing_variant(
            invocation,
            predictor.endpoint.endpoint_name(settings.name, name),
            _wanted_types(predictor.endpoint, deployed.get(INSTANCE_TYPE_PARAMETER)),
        )
        if changing is None:
            continue
        if deployed.get(SCALING_PARAMETER) == SCALING_ON:
            found.append(stack)
        elif SCALING_PARAMETER not in deployed and _scales(invocation, stack):
            own = "" if changing.name == MAIN_VARIANT else f"variants.{changing.name}."
            raise CommandError(
                f"{invocation.settings_file}: predictors.{name}.endpoint.{own}instance_type: the "
                f"endpoint runs on {changing.instance_type} and scales automatically, and its "
                "stack is of a version that cannot switch scaling off. Nothing was deployed.",
                advice=f"Deploy with {changing.instance_type} first, then change the type.",
                next_command=invocation.command("diff"),
                exit_code=ExitCode.USAGE_ERROR,
            )
    return found


def _changing_variant(
    invocation: Invocation, endpoint: str, wanted: Mapping[str, str]
) -> RunningVariant | None:
    """Return a variant in service that scales and will run on another type.

    Each variant is a scalable target, so one suffices: SageMaker refuses the whole update. A shadow
    is none.

    Args:
        wanted: the types that a deployment leads to, by variant.
    """
    found = describe_endpoint(invocation, endpoint) if wanted else None
    for each in [] if found is None else running_variants(invocation, found):
        scales = each.weight is not None
        if scales and wanted.get(each.name, each.instance_type) != each.instance_type:
            return each
    return None


def _wanted_types(endpoint: Endpoint, chosen: str | None) -> dict[str, str]:
    """Return the types that a deployment leads to, by variant.

    Of the main variant it is what a promotion chose, if that stays allowed. A serverless endpoint
    has no type, nor has a component.
    """
    from autogluon_constructs.settings import ComponentEndpoint, ServerlessEndpoint

    if isinstance(endpoint, ServerlessEndpoint | ComponentEndpoint):
        return {}
    variants = (endpoint.main_variant, *endpoint.variants_beside)
    return {each.name: _wanted_type(each, chosen) for each in variants}


def _wanted_type(variant: InstanceVariant, chosen: str | None) -> str:
    """Return one variant's type; pools of types are another setting, whichever of them is first."""
    if variant.fallback_instance_types:
        return ", ".join((variant.instance_type, *variant.fallback_instance_types))
    keeps = chosen not in (None, AS_SETTINGS) and variant.allowed_instance_types
    return chosen if keeps and chosen is not None else variant.instance_type


def _scales(invocation: Invocation, stack: str) -> bool:
    """Tell whether a stack has a scalable target, whatever the release that deployed it."""
    found = invocation.client("cloudformation").describe_stack_resources(StackName=stack)
    return any(each["ResourceType"] == _SCALABLE_TARGET for each in found["StackResources"])


def _scaling_again(
    settings: Environment, stacks: EnvironmentStacks, paused: Sequence[str]
) -> list[str]:
    """Return the stacks whose scaling the deployment switches on, also where it was left off."""
    off = {*paused, *(stack.name for stack in stacks.left_unscaled)}
    scaled = (
        endpoint_stack(settings.name, name)
        for name, predictor in settings.predictors.items()
        if predictor.endpoint is not None and predictor.endpoint.autoscaling is not None
    )
    return [stack for stack in scaled if stack in off]


def _switch(invocation: Invocation, account: Account, names: Sequence[str], value: str) -> None:
    """Write the scaling parameter of stacks, and wait until they are updated.

    Raises:
        CommandError: a stack could not be updated.
    """
    if not names:
        return
    cloudformation = stack_changer(invocation, account)
    doing = f"switching automatic scaling {value}"
    with live_line(doing, quiet=invocation.as_json) as line:
        for name in names:
            line.now(f"{doing}: {name}")
            _write(cloudformation, name, value)
            status = _settled(cloudformation, name, line.now)
            if status != "UPDATE_COMPLETE":
                raise CommandError(
                    f"{doing.capitalize()} in {name} ended in {status}.",
                    advice="No instance type was changed.",
                    next_command=f"agcdk doctor --environment {invocation.environment}",
                    exit_code=ExitCode.WORK_FAILED,
                )


def _put_back(invocation: Invocation, account: Account, stack: str) -> None:
    """Switch scaling on again; say so where that fails, since another error is on its way."""
    from botocore.exceptions import ClientError

    try:
        _switch(invocation, account, [stack], SCALING_ON)
    except (CommandError, ClientError) as error:
        click.echo(
            f"{stack}: automatic scaling is still off ({error}); the next deployment or promotion "
            "switches it on.",
            err=True,
        )


def _begin_to_put_back(invocation: Invocation, account: Account, stack: str) -> None:
    """Have CloudFormation switch scaling on, without waiting: CI kills what it has interrupted."""
    from botocore.exceptions import ClientError

    try:
        if _write(stack_changer(invocation, account), stack, SCALING_ON):
            click.echo(f"{stack}: CloudFormation switches automatic scaling on again.", err=True)
    except ClientError as error:  # such as an update that is under way
        click.echo(
            f"{stack}: automatic scaling may be off ({error}); the next deployment or promotion "
            "switches it on.",
            err=True,
        )


def _write(cloudformation: Any, name: str, value: str) -> bool:
    """Update a stack; return whether it had another value."""
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    now = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}
    if now.get(SCALING_PARAMETER, value) == value:
        return False  # so it is, or its new template has no scaling
    kept = [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
        for each in stack.get("Parameters", [])
        if each["ParameterKey"] != SCALING_PARAMETER
    ]
    switched = {"ParameterKey": SCALING_PARAMETER, "ParameterValue": value}
    cloudformation.update_stack(
        StackName=name,
        UsePreviousTemplate=True,
        Parameters=[*kept, switched],
        Capabilities=_CAPABILITIES,
    )
    return True


def _settled(cloudformation: Any, name: str, tell: Callable[[str], None]) -> str:
    while True:
        status = str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        if not status.endswith("_IN_PROGRESS"):
            return status
        tell(f"{name}: {status}")
        time.sleep(_POLL_SECONDS)

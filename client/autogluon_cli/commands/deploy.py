"""Deploy the environment: `agcdk deploy`."""

from __future__ import annotations

import click

from autogluon_cli.changes.prices import say_price_changes
from autogluon_cli.changes.summary import summarize_changes
from autogluon_cli.deployment.account import (
    DEFAULT_QUALIFIER,
    find_account,
    require_bootstrap,
)
from autogluon_cli.deployment.cdk_progress import assembly_folder, run_cdk
from autogluon_cli.deployment.endpoint_overrides import require_allowed_choices
from autogluon_cli.deployment.environment_stacks import find_stacks_if_allowed
from autogluon_cli.deployment.lasting_choices import require_lasting_choices
from autogluon_cli.deployment.mode_changes import require_same_modes
from autogluon_cli.deployment.removed_variants import require_removable_variants
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.deployment.settings_warnings import settings_warnings
from autogluon_cli.deployment.type_changes import deploy_all
from autogluon_cli.deployment.undeclared_endpoints import OPTION, remove_undeclared_endpoints
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.corrections import with_only_file
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_warnings


@click.command(cls=Command)
@click.option("--bootstrap", is_flag=True, help="Bootstrap the account and region first (once).")
@click.option(
    OPTION,
    is_flag=True,
    help="Delete endpoints that the settings no longer declare, without asking.",
)
@pass_invocation
def deploy(invocation: Invocation, bootstrap: bool, remove_endpoints: bool) -> None:
    """Deploy every stack of the environment; `agcdk diff` shows what would change.

    An endpoint that the settings no longer declare is deleted first, once you confirm it. What is
    billed otherwise as soon as it is deployed is shown before.
    """
    settings = load_settings(invocation)
    print_warnings(settings_warnings(settings))
    account = find_account(invocation)
    for name, wanted, got in (
        ("account", settings.account, account.number),
        ("region", settings.region, account.region),
    ):
        if wanted not in (None, got):
            raise CommandError(
                f"{invocation.settings_file} is for {name} {wanted}, but your credentials are for "
                f"{got}.",
                next_command="agcdk doctor",
            )
    require_lasting_choices(invocation, settings)
    again = f"agcdk doctor --environment {invocation.environment}"
    qualifier = settings.bootstrap_qualifier
    own_qualifier = None if qualifier == DEFAULT_QUALIFIER else qualifier
    if bootstrap:
        run_cdk(
            invocation,
            f"bootstrapping {account.number}/{account.region}",
            lambda cdk: cdk.bootstrap(account.number, account.region, own_qualifier),
            next_command=again,
        )
    else:
        require_bootstrap(invocation, account, qualifier)
    require_same_modes(invocation, settings)
    require_removable_variants(invocation, settings)
    stacks = find_stacks_if_allowed(invocation)
    if stacks is None:  # CloudFormation refuses later what is not allowed
        click.echo(
            "You may not list stacks: endpoints that the settings no longer declare are not found.",
            err=True,
        )
    else:
        require_allowed_choices(invocation, settings, stacks)
        remove_undeclared_endpoints(
            invocation, settings, stacks, account, confirmed=remove_endpoints
        )
    before = _deployed_before(invocation)
    run_cdk(
        invocation,
        f"synthesizing {invocation.settings_file}",
        lambda cdk: cdk.synth(),
        next_command=again,
    )
    if not invocation.as_json:
        assembly = assembly_folder(invocation)
        say_price_changes(summarize_changes(invocation, settings, account, assembly))
    title = f"deploying {invocation.environment} to {account.number}/{account.region}"
    deploy_all(invocation, settings, stacks, account, title=title, next_command=again)
    _print_deployed(invocation, before)


def _deployed_before(invocation: Invocation) -> tuple[str, ...]:
    from autogluon_client.errors import NotDeployedError

    try:
        return invocation.connection.deployment.predictors
    except NotDeployedError:
        return ()


def _print_deployed(invocation: Invocation, before: tuple[str, ...]) -> None:
    from dataclasses import asdict

    from autogluon_client.environment.deployment import Deployment

    # Read anew: the connection has the one before.
    deployment = Deployment.load(invocation.session, invocation.environment)
    if invocation.as_json:
        print_json({"deployment": asdict(deployment)})
        return
    click.echo(
        f"Deployed {deployment.environment} in {deployment.region}; predictors: "
        f"{', '.join(deployment.predictors) or 'none'}."
    )
    new = [name for name in deployment.predictors if name not in before]
    for name in [*new, *deployment.predictors][:1]:
        words = with_only_file(invocation.command(f"train {name} FILE"))
        click.echo(f"Train a model: {words}")

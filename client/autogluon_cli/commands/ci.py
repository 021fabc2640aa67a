"""Write the pipeline with which a Git host deploys: `agcdk ci`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import (
    DEFAULT_ENVIRONMENT,
    Invocation,
    pass_invocation,
)
from autogluon_cli.framework.shell_line import shell_line
from autogluon_cli.terminal.output import print_json

if TYPE_CHECKING:
    from autogluon_cli.pipelines.pipeline import Pipeline
    from autogluon_constructs.settings import Environment


@click.command(cls=Command)
@click.argument("host", type=click.Choice(["github", "gitlab"]))
@click.argument("environments", nargs=-1)
@click.option(
    "--install",
    metavar="COMMAND",
    help="How CI installs agcdk.  [default: make setup-deploy, in a checkout]",
)
@click.option("--force", is_flag=True, help="Replace a file that differs.")
@pass_invocation
def ci(
    invocation: Invocation,
    host: str,
    environments: Sequence[str],
    install: str | None,
    force: bool,
) -> None:
    """Write the pipeline that deploys ENVIRONMENTS, in this order, into this repository.

    A proposed change is validated and compared with what is deployed; a merged one is deployed to
    one environment after the other; every morning the deployed stacks are compared with the branch.
    Each environment's settings need `delivery`.

    Example: agcdk ci github dev prod
    """
    names = list(environments) or _only_environment(invocation, host)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise click.UsageError(f"{repeated[0]} is named twice; a change reaches it once")
    settings = [_settings(name, host) for name in names]
    command = shell_line(
        ["agcdk", "ci", host, *names, *(["--install", install] if install else [])]
    )
    file, text = _written(host, _pipeline(settings, command, install))
    if file.exists() and file.read_text(encoding="utf-8") != text and not force:
        raise CommandError(
            f"{file} exists and differs.",
            advice="Move your own jobs to another file, or replace it.",
            next_command=f"{command} --force",
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    if invocation.as_json:
        print_json({"file": str(file), "host": host, "environments": names})
        return
    click.echo(f"Wrote {file}: {' then '.join(names)}.")
    click.echo("Once, before the first merge:")
    for number, line in enumerate(_next_steps(host, settings), start=1):
        click.echo(f"  {number}. {line}")


def _only_environment(invocation: Invocation, host: str) -> list[str]:
    """Return the one that -e names, or that there is; several have an order, which people know."""
    if invocation.environment != DEFAULT_ENVIRONMENT:
        return [invocation.environment]
    known = sorted(path.stem for path in invocation.settings_folder.glob("*.yaml"))
    if len(known) == 1:
        return known
    raise CommandError(
        f"In which order does a change reach the environments? There are: "
        f"{', '.join(known) or 'none'}.",
        next_command=f"agcdk ci {host} {' '.join(known) or 'ENVIRONMENT'}",
    )


def _settings(name: str, host: str) -> Environment:
    from autogluon_cli.deployment.settings_file import load_settings

    own = Invocation(environment=name)
    settings = load_settings(own)
    if settings.delivery is None or settings.delivery.host != host:
        got = "missing" if settings.delivery is None else f"host is '{settings.delivery.host}'"
        raise CommandError(
            f"{own.settings_file}: delivery: {got}.",
            advice=f"Add `delivery: {{host: {host}, repository: ...}}`, account and region.",
            next_command=f"agcdk validate --environment {name}",
        )
    return settings


def _pipeline(settings: Sequence[Environment], command: str, given: str | None) -> Pipeline:
    from autogluon_cli.pipelines.pipeline import Pipeline, Target, installation

    branches = {each.delivery.branch for each in settings if each.delivery is not None}
    if len(branches) > 1:
        raise CommandError(
            f"The environments have different branches in delivery: {', '.join(sorted(branches))}.",
            advice="One pipeline deploys one branch; give all environments the same.",
            next_command=f"agcdk validate --environment {settings[0].name}",
        )
    install, agcdk = installation(given)
    targets = [Target.of(each) for each in settings]
    return Pipeline(targets, branches.pop(), install, agcdk, command)


def _written(host: str, pipeline: Pipeline) -> tuple[Path, str]:
    from autogluon_cli.pipelines import github, gitlab

    if host == "github":
        return github.FILE, github.write_github(pipeline)
    return gitlab.FILE, gitlab.write_gitlab(pipeline)


def _next_steps(host: str, settings: Sequence[Environment]) -> list[str]:
    steps = [
        f"Make the roles, with your own credentials: agcdk deploy -e {each.name}"
        for each in settings
    ]
    branch = settings[0].delivery.branch if settings[0].delivery else "main"
    if host == "github":
        names = ", ".join(each.name for each in settings)
        steps.append(
            f"In GitHub, Settings > Environments: make {names}; allow deployments from {branch} "
            "only; add reviewers where a person approves."
        )
        steps.append(
            f"In GitHub, keep {branch} the default branch: schedules run there, and AWS trusts the "
            "drift check of no other."
        )
    else:
        steps.append(f"In GitLab, protect the branch {branch} and the environments' deployments.")
        steps.append("In GitLab, Build > Pipeline schedules: add one a day, for the drift check.")
    return steps

"""Show what deploying would change: `agcdk diff`."""

from __future__ import annotations

import re
from typing import Any

import click

from autogluon_cli.deployment.account import find_account
from autogluon_cli.deployment.cdk_progress import run_cdk
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json

_STACK = re.compile(r"^Stack (?P<name>\S+)")
_SAME = "There were no differences"


@click.command(cls=Command)
@pass_invocation
def diff(invocation: Invocation) -> None:
    """Show what `agcdk deploy` would change, without changing it."""
    load_settings(invocation)
    find_account(invocation)
    lines = run_cdk(
        invocation,
        f"comparing {invocation.settings_file} with the deployed stacks",
        lambda cdk: cdk.diff(),
        next_command=f"agcdk doctor --environment {invocation.environment}",
    )
    stacks = parse_diff(lines)
    if invocation.as_json:
        print_json({"changed": any(stack["changed"] for stack in stacks), "stacks": stacks})
        return
    for stack in stacks:
        click.echo(f"{stack['stack']}: {'' if stack['changed'] else 'no differences'}")
        for line in stack["lines"]:
            click.echo(f"  {line}")


def parse_diff(lines: list[str]) -> list[dict[str, Any]]:
    """Return `stack`, `changed` and `lines` of each stack in the output of `cdk diff`."""
    stacks: list[dict[str, Any]] = []
    for line in lines:
        match = _STACK.match(line)
        if match:
            stacks.append({"stack": match["name"], "changed": True, "lines": []})
        elif stacks and line.startswith(_SAME):
            stacks[-1]["changed"] = False
        elif stacks and "Number of stacks with differences" not in line:
            stacks[-1]["lines"].append(line)
    return stacks

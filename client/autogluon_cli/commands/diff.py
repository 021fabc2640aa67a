"""Show what deploying would change: `agcdk diff`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from autogluon_cli.changes.section import Section
from autogluon_cli.changes.summary import summarize_changes
from autogluon_cli.deployment.account import find_account
from autogluon_cli.deployment.cdk_progress import assembly_folder, run_cdk
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_indented, print_json

_STACK = re.compile(r"^Stack (?P<name>\S+)")
# What the CDK says of itself: with CI's roles it compares by their own permissions.
_ABOUT_ITSELF = re.compile("Number of stacks with differences|^Lookup role .* was not assumed")
_SAME = "There were no differences"
_LONGEST_COMMENT = 60_000  # GitHub takes 65,536
_AROUND = 150  # characters around the lines of a stack, those that count what is cut included


@click.command(cls=Command)
@click.option("--markdown", is_flag=True, help="As Markdown, for a comment on a pull request.")
@click.option(
    "--longest",
    type=click.IntRange(min=1000),
    default=_LONGEST_COMMENT,
    show_default=True,
    metavar="CHARACTERS",
    help="How long the Markdown may be.",
)
@click.option("--templates", is_flag=True, help="Also print how the CDK compares the templates.")
@click.option("--fail-on-changes", is_flag=True, help="Exit with 1 where deploying would change.")
@click.pass_context
@pass_invocation
def diff(
    invocation: Invocation,
    context: click.Context,
    markdown: bool,
    longest: int,
    templates: bool,
    fail_on_changes: bool,
) -> None:
    """Show what `agcdk deploy` would change, without changing it.

    Changed settings are shown with their price and with the time from when on they count,
    permissions as wider or narrower, all else by resource. Prices are on-demand list prices in
    us-east-1.
    """
    settings = load_settings(invocation)
    account = find_account(invocation)
    lines = run_cdk(
        invocation,
        f"comparing {invocation.settings_file} with the deployed stacks",
        lambda cdk: cdk.diff(),
        next_command=f"agcdk doctor --environment {invocation.environment}",
    )
    stacks = parse_diff(lines)
    changed = [stack for stack in stacks if stack["changed"]]
    sections = summarize_changes(invocation, settings, account, assembly_folder(invocation))
    if invocation.as_json:
        told = None if sections is None else [section.document() for section in sections]
        print_json({"changed": bool(changed), "changes": told, "stacks": stacks})
    elif markdown:
        click.echo(as_markdown(invocation.environment, stacks, longest, sections or ()))
    else:
        _print(invocation, sections, stacks, templates=templates)
    if fail_on_changes and changed:
        names = ", ".join(stack["stack"] for stack in changed)
        click.echo(f"Deployed and declared differ: {names}.", err=True)
        context.exit(ExitCode.WORK_FAILED)


def _print(
    invocation: Invocation,
    sections: Sequence[Section] | None,
    stacks: Sequence[dict[str, Any]],
    *,
    templates: bool,
) -> None:
    """Print the changes for people; without them, or with `templates`, how the CDK has them."""
    if sections is None:
        click.echo(
            "Neither you nor the CDK's role may read deployed templates "
            "(cloudformation:GetTemplate); the CDK compares them so:",
            err=True,
        )
    for section in sections or ():
        print_indented(section.lines())
        click.echo()
    in_full = templates or sections is None
    for stack in stacks:
        changed = "" if in_full else "changes"
        click.echo(f"{stack['stack']}: {changed if stack['changed'] else 'no differences'}")
        for line in stack["lines"] if in_full else ():
            click.echo(f"  {line}")
    if not in_full and any(stack["changed"] for stack in stacks):
        click.echo(f"Templates: {invocation.command('diff --templates')}")


def parse_diff(lines: list[str]) -> list[dict[str, Any]]:
    """Return `stack`, `changed` and `lines` of each stack in the output of `cdk diff`."""
    stacks: list[dict[str, Any]] = []
    for line in lines:
        match = _STACK.match(line)
        if match:
            stacks.append({"stack": match["name"], "changed": True, "lines": []})
        elif stacks and line.startswith(_SAME):
            stacks[-1]["changed"] = False
        elif stacks and not _ABOUT_ITSELF.search(line):
            stacks[-1]["lines"].append(line)
    return stacks


def as_markdown(
    environment: str,
    stacks: list[dict[str, Any]],
    longest: int,
    sections: Sequence[Section] = (),
) -> str:
    """Return what changes as Markdown, then each changed stack of `parse_diff`, folded up.

    Args:
        longest: characters, of which the changes take what they need; the changed stacks share
            the rest, and what is cut is counted.
    """
    changed = [stack for stack in stacks if stack["changed"]]
    same = [stack["stack"] for stack in stacks if not stack["changed"]]
    heading = f"### What deploying `{environment}` would change"
    told = _cut(
        [line for section in sections for line in _listed(section)], longest // 2, environment
    )
    heading += f"\n\n{told}" if told else ""
    rest = f"No differences: {', '.join(same)}." if same else ""
    names = sum(len(stack["stack"]) for stack in changed)
    room = longest - len(heading) - len(rest) - names - _AROUND * (len(changed) + 1)
    parts = [heading]
    for stack in changed:
        body = _cut(stack["lines"], room // len(changed), environment)
        summary = f"<details><summary>{stack['stack']}</summary>"
        parts += [f"{summary}\n\n````\n{body}\n````\n\n</details>"]
    return "\n\n".join([*parts, rest] if rest else parts)


def _listed(section: Section) -> list[str]:
    """Return a section as a heading and a list."""
    title, *lines = section.lines()
    return [
        f"**{title}**",
        "",
        *(f"{line[: len(line) - len(line.lstrip())][2:]}- {line.lstrip()}" for line in lines),
        "",
    ]


def _cut(lines: list[str], room: int, environment: str) -> str:
    text = "\n".join(lines)
    if len(text) <= room:
        return text
    kept = text[: max(room, 0)].rpartition("\n")[0]
    left = len(lines) - (kept.count("\n") + 1 if kept else 0)
    more = f"... {left:,} more lines; all: agcdk diff -e {environment}"
    return f"{kept}\n{more}" if kept else more

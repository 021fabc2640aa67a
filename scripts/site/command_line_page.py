"""Generate the command-line reference from the help text of every command."""

from __future__ import annotations

import click

from autogluon_cli.main import COMMANDS, agcdk

_WIDTH = 88
_HEAD = """# Command line

The output of `agcdk COMMAND --help`. [The command line](../how-to/command-line.md) explains tasks
and exit codes.
"""


def command_line_page() -> str:
    """Return the page as Markdown, with one heading per command."""
    parts = [_HEAD]
    group = agcdk.make_context("agcdk", [], terminal_width=_WIDTH, resilient_parsing=True)
    title = ""
    for name, (_, line, section) in COMMANDS.items():
        if section != title:
            title = section
            parts.append(f"## {title}\n")
        command = agcdk.get_command(group, name)
        if command is None:
            raise LookupError(f"Command {name!r} of COMMANDS is not a command of agcdk.")
        context = click.Context(command, info_name=name, parent=group, terminal_width=_WIDTH)
        parts.append(f"### agcdk {name}\n\n{line}.\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)

"""The reference of the command line: what `--help` of every command says."""

from __future__ import annotations

import click

from autogluon_cli.main import COMMANDS, agcdk

_WIDTH = 88
_HEAD = """# Command line

What `agcdk COMMAND --help` prints. [The command line](../how-to/command-line.md) shows it at
work, with exit codes.
"""


def command_line_page() -> str:
    """The page as Markdown, one heading per command."""
    parts = [_HEAD]
    group = agcdk.make_context("agcdk", [], terminal_width=_WIDTH, resilient_parsing=True)
    title = ""
    for name, (_, line, section) in COMMANDS.items():
        if section != title:
            title = section
            parts.append(f"## {title}\n")
        command = agcdk.get_command(group, name)
        if command is None:
            raise LookupError(f"agcdk has no command {name!r}, which its table names")
        context = click.Context(command, info_name=name, parent=group, terminal_width=_WIDTH)
        parts.append(f"### agcdk {name}\n\n{line}.\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)

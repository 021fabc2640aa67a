"""Extend click: options that every command has, and commands imported when they are used."""

from __future__ import annotations

import importlib
import select
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from autogluon_cli.framework.invocation import DEFAULT_ENVIRONMENT, Invocation
from autogluon_contracts.suggestions import meant_name, nearest


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, _: click.Parameter, value: Any) -> None:
        # An option before the command's name applies unless it is given again after it.
        if value is not None:
            setattr(context.ensure_object(Invocation), name, value)

    return callback


def common_options() -> list[click.Parameter]:
    """Return `--environment` and `--json`, which work before and after the command's name."""
    return [
        click.Option(
            ["--environment", "-e"],
            envvar="AUTOGLUON_ENVIRONMENT",
            metavar="NAME",
            help=f"Environment: config/NAME.yaml and its stacks.  [default: {DEFAULT_ENVIRONMENT}]",
            expose_value=False,
            callback=_keep("environment"),
        ),
        click.Option(
            ["--json", "as_json"],
            is_flag=True,
            default=None,
            help="Print one JSON document for programs.",
            expose_value=False,
            callback=_keep("as_json"),
        ),
    ]


class Command(click.Command):
    """A command with the options that all commands have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(common_options())


class UnknownCommandError(click.UsageError):
    """Report a command that does not exist, with the one that was probably meant."""

    def __init__(self, name: str, meant: str | None, ctx: click.Context) -> None:
        hint = "" if meant is None else meant_name(meant)
        super().__init__(f'Unknown command "{name}"{hint}', ctx=ctx)
        self.name, self.meant = name, meant


class OutputClosedError(Exception):
    """The reader of the output, such as `head`, has enough of it."""


@contextmanager
def _closed_output_is_told() -> Iterator[None]:
    # Of a broken pipe click itself makes exit code 1, which says that a run failed.
    try:
        yield
    except BrokenPipeError as error:
        if _is_closed(sys.stdout) or _is_closed(sys.stderr):
            raise OutputClosedError from error
        # Without its number, by which click would take it for the output's.
        raise ConnectionError(str(error)) from error


def _is_closed(stream: Any) -> bool:
    """Return whether what is written to a stream can no longer be read."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # it is not a file, or was closed here
        return False
    watched = select.poll()
    watched.register(number, 0)
    return any(event & select.POLLERR for _, event in watched.poll(0))


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is used.

    What is printed into a closed pipe raises OutputClosedError.

    Args:
        lazy: name -> (module, one line of help, section of the help).
    """

    def __init__(
        self, *args: Any, lazy: Mapping[str, tuple[str, str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy or {})
        self.params.extend(common_options())

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _closed_output_is_told():  # of the help
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _closed_output_is_told():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return list(self._lazy)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in self._lazy:
            return None
        module = importlib.import_module(self._lazy[cmd_name][0])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self._lazy:
            raise UnknownCommandError(args[0], nearest(args[0], self._lazy), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        formatter: click.HelpFormatter,
    ) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, line, section) in self._lazy.items():
            sections.setdefault(section, []).append((name, line))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)

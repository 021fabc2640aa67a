"""Commands within the sentences of README.md and docs/ are ones that `agcdk` parses."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from autogluon_cli.main import agcdk
from tests.pages import ELSEWHERE, ROOT, pages, without_blocks

_INLINE = re.compile(r"`(agcdk(?: [^`]*)?)`")
# What a reader replaces: a command, or the value of an argument or option.
_PLACEHOLDER = re.compile(r"[A-Z]{2,}")


def _inline_commands() -> list[tuple[str, str]]:
    """(page, command) of every command in backticks."""
    return [
        (page, " ".join(found.split()))
        for page in pages()
        for found in _INLINE.findall(without_blocks((ROOT / page).read_text(encoding="utf-8")))
    ]


def _parse(text: str) -> None:
    """Parse what a sentence shows; brackets, which mark what may be left out, are taken off.

    A command may be named without its arguments; once it has some, it has all.

    Raises:
        click.UsageError: `agcdk` would refuse it.
    """
    words = shlex.split(re.sub(r"[\[\]]", "", text))[1:]
    if not words or words[0].startswith("-") or _PLACEHOLDER.fullmatch(words[0]):
        agcdk.make_parser(click.Context(agcdk)).parse_args(words)
        return
    name, *given = words
    command = agcdk.get_command(click.Context(agcdk), name)
    if command is None:
        raise click.UsageError(f"There is no command {name!r}")
    while isinstance(command, click.Group) and given and not _PLACEHOLDER.fullmatch(given[0]):
        name, *given = given
        command = command.get_command(click.Context(command), name)
        if command is None:
            raise click.UsageError(f"There is no command {name!r}")
    if isinstance(command, click.Group):
        return
    context = click.Context(command, info_name=name)
    values, rest, _ = command.make_parser(context).parse_args(list(given))
    required = [one for one in command.params if isinstance(one, click.Argument) and one.required]
    present = [one for one in required if values.get(str(one.name)) in given]
    if rest or (present and present != required):
        raise click.UsageError(f"{name} takes other arguments")
    for parameter in command.params:
        value = values.get(str(parameter.name))
        if isinstance(value, str) and not _PLACEHOLDER.fullmatch(value):
            parameter.type_cast_value(context, value)


@pytest.mark.parametrize(("page", "text"), _inline_commands())
def test_a_command_in_a_sentence_is_one_that_agcdk_parses(page: str, text: str) -> None:
    _parse(text)


@pytest.mark.parametrize("text", [line for line in ELSEWHERE if line.startswith("agcdk ")])
def test_a_line_that_another_test_runs_is_one_that_agcdk_parses(text: str) -> None:
    _parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "agcdk aprove",
        "agcdk approve PREDICTOR",
        "agcdk approve PREDICTOR VERSION --of",
        "agcdk pull income --run",
        "agcdk stop RUN NOW",
        "agcdk runs --kind trian",
        "agcdk --jsn",
    ],
)
def test_a_command_that_agcdk_refuses_would_be_found(text: str) -> None:
    with pytest.raises(click.UsageError):
        _parse(text)


def test_commands_are_found_also_where_a_line_ends_within_them() -> None:
    found = _inline_commands()
    assert ("docs/how-to/command-line.md", "agcdk approve PREDICTOR VERSION [--on]") in found
    assert ("docs/tutorial.md", "agcdk on income") in found

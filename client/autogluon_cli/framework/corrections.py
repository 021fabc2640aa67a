"""Correct a command that is refused, so that the next command can be pasted and works."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from autogluon_cli.framework.command import UnknownCommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.framework.shell_line import renamed, shell_line
from autogluon_contracts.content_types import EXTENSIONS
from autogluon_contracts.suggestions import meant_in, nearest

# What lists the values of an argument that is missing.
_LISTING = {
    "PREDICTOR": "agcdk endpoints",
    "RUN": "agcdk runs",
    "RUN RUN...": "agcdk runs",
    "NAME": "agcdk weights list",
}
# What shows the values of an option that is missing.
_SHOWING = {"--variant": "agcdk endpoints", "--from": "ls config"}
_FILES = ("DATA", "DATA.csv", "FILE")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_KEY = re.compile(r"input\.(\w+)(?:\.(\w+))?")


def after_click(error: click.ClickException, group: click.Group, words: Sequence[str]) -> str:
    """Return the next command after one that click refuses.

    It is the corrected command where one word decides, else what lists the values to choose from.

    Args:
        error: click's.
        group: `agcdk` itself.
        words: what the user typed behind `agcdk`.
    """
    if isinstance(error, click.MissingParameter) and isinstance(error.param, click.Argument):
        listing = _for_missing(error.param, group, words)
        if listing:
            return listing
    if isinstance(error, click.MissingParameter) and isinstance(error.param, click.Option):
        for option in error.param.opts:
            if option in _SHOWING:
                return _SHOWING[option]
    meant = _meant(error, words)
    if meant is not None:
        return shell_line(["agcdk", *meant])
    for candidate in _candidates(error, words):
        if list(candidate) != list(words) and _parses(group, candidate):
            return shell_line(["agcdk", *candidate])
    # A group without a command lists its commands.
    path = _path(group, words)
    return shell_line(["agcdk", *path, *(["--help"] if _is_command(group, path) else [])])


def with_file(command: str) -> str:
    """Return a next command with a data file of this folder in the place of FILE.

    Example:
        >>> with_file("agcdk runs")
        'agcdk runs'
    """
    words = command.split(" ")
    if not set(_FILES) & set(words):
        return command
    file = _data_file()
    return " ".join(shell_line([file]) if file and word in _FILES else word for word in words)


def with_only_file(command: str) -> str:
    """Return a next command with the data file of this folder in the place of FILE, if it has one.

    Where it has several, the command does not guess which is meant.
    """
    return with_file(command) if len(_data_files()) == 1 else command


def after_refusal(sentence: str, words: Sequence[str]) -> list[str]:
    """Return the words without the option, or with the name, that a planner's sentence means.

    They are the same words where the sentence is about something else, such as the data.

    Example:
        >>> after_refusal(
        ...     'input.instance_type: got "ml.p5"; allowed: "ml.m5.large".',
        ...     ["train", "income", "a.csv", "--instance-type", "ml.p5"],
        ... )
        ['train', 'income', 'a.csv']
    """
    match = _KEY.search(sentence)
    if match is None:
        return list(words)
    key, argument = match.groups()
    meant = meant_in(sentence)
    if argument is None:
        return _without_option(words, f"--{key.replace('_', '-')}")
    if meant is not None:
        return renamed(words, argument, meant)
    for at, word in enumerate(words):
        if word.partition("=")[0] == argument and at:
            return [*words[: at - 1], *words[at + 1 :]]
    return list(words)


def look_at_data(words: Sequence[str]) -> str:
    """Return the command that shows the first lines of the file among the words; else nothing."""
    endings = {*EXTENSIONS["csv"], *EXTENSIONS["jsonl"]}
    for word in words:
        path = Path(word)
        if path.suffix.lower() in endings and path.is_file():
            return shell_line(["head", "-3", word])
    return ""


def _for_missing(param: click.Argument, group: click.Group, words: Sequence[str]) -> str:
    name = param.metavar or (param.name or "").upper()
    # Arguments without a metavar, such as those of `agcdk embedded save`, are not files of data.
    if param.metavar in _FILES:
        file = _data_file()
        return shell_line(["agcdk", *words, file]) if file else "ls"
    if name == "VERSION":
        path = _path(group, words)
        others = [word for word in words if word not in path and not word.startswith("-")]
        return shell_line(["agcdk", "models", *others[:1]])
    if isinstance(param.type, click.Choice):
        return shell_line(["agcdk", *words, str(param.type.choices[0])])
    return _LISTING.get(name, "")


def _data_file() -> str:
    """Return a data file of the current folder, CSV first; empty without one."""
    return next(iter(_data_files()), "")


def _data_files() -> list[str]:
    """Return the data files of the current folder, CSV first."""
    found = sorted(path.name for path in Path().iterdir() if path.is_file())
    endings = [ending for endings in EXTENSIONS.values() for ending in endings]
    return [name for ending in endings for name in found if name.endswith(ending)]


def _meant(error: click.ClickException, words: Sequence[str]) -> Sequence[str] | None:
    if isinstance(error, click.NoSuchOption) and error.possibilities:
        return renamed(words, error.option_name, sorted(error.possibilities)[0])
    if isinstance(error, UnknownCommandError) and error.meant is not None:
        return renamed(words, error.name, error.meant)
    return None


def _candidates(error: click.ClickException, words: Sequence[str]) -> Iterator[Sequence[str]]:
    if isinstance(error, click.NoSuchOption):
        yield _without_option(words, error.option_name)
        yield [word for word in words if word.partition("=")[0] != error.option_name]
    if isinstance(error, click.BadParameter) and error.param is not None:
        yield from _other_values(error.param, words)
    for option in reversed(_OPTION.findall(error.format_message())):
        yield _without_option(words, option)
        yield [word for word in words if word != option]
    # One word too many, or an option with its value.
    for length in (1, 2):
        for at in range(len(words) - length, -1, -1):
            yield [*words[:at], *words[at + length :]]


def _other_values(param: click.Parameter, words: Sequence[str]) -> Iterator[Sequence[str]]:
    if isinstance(param.type, click.Choice):
        choices = [str(choice) for choice in param.type.choices]
        for at, word in enumerate(words):
            name, mark, value = word.rpartition("=") if word.startswith("--") else ("", "", word)
            follows = at > 0 and words[at - 1] in param.opts
            if follows or name in param.opts or isinstance(param, click.Argument):
                meant = nearest(value, choices) or choices[0]
                yield [*words[:at], f"{name}{mark}{meant}", *words[at + 1 :]]
    if not param.required:
        for option in param.opts:
            yield _without_option(words, option)


def _without_option(words: Sequence[str], option: str) -> list[str]:
    """Return the words without an option and its value, if it has one."""
    kept: list[str] = []
    is_value = False
    for word in words:
        if word == option:
            is_value = True
            continue
        if is_value and not word.startswith("-"):
            is_value = False
            continue
        is_value = False
        if not word.startswith(f"{option}="):
            kept.append(word)
    return kept


def _path(group: click.Group, words: Sequence[str]) -> list[str]:
    """Return the names of the command and its groups among the words."""
    path: list[str] = []
    command: click.Command | None = group
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        if found is not None:
            path.append(word)
            command = found
    return path


def _is_command(group: click.Group, path: Sequence[str]) -> bool:
    command: click.Command | None = group
    for name in path:
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), name)
    return not isinstance(command, click.Group)


def _parses(group: click.Group, words: Sequence[str]) -> bool:
    """Return whether click accepts the words; nothing is run."""
    path = _path(group, words)
    if not path:
        return False
    command: click.Command | None = group
    rest = list(words)
    for name in path:
        if not isinstance(command, click.Group):
            return False
        command = command.get_command(click.Context(command), name)
        rest.remove(name)
    if command is None or isinstance(command, click.Group) or "--help" in rest or "-h" in rest:
        return False
    try:
        command.make_context(" ".join(path), rest, obj=Invocation()).close()
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        return False
    return True

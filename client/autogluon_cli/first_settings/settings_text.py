"""Add a predictor to a settings file's text, keeping comments and order of the rest."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from autogluon_cli.framework.errors import CommandError

_PREDICTORS = re.compile(r"^predictors:[ \t]*(?P<value>\{\s*\}|~|null)?[ \t]*(#.*)?$")


SCHEMA_FILE = "settings.schema.json"
"""The JSON Schema that editors check settings files by, beside them."""


def write_schema(folder: Path) -> None:
    """Write the settings' JSON Schema; a newer release replaces it."""
    from autogluon_constructs.settings.reading.json_schema import settings_schema

    text = json.dumps(settings_schema(), indent=1, ensure_ascii=False)
    (folder / SCHEMA_FILE).write_text(text + "\n", encoding="utf-8")


def new_file(environment: str) -> str:
    """Return the text of a settings file without predictors."""
    throwaway = environment in ("sandbox", "dev", "test")
    removal = (
        "removal: destroy # `agcdk destroy` deletes the buckets and the models\n"
        if throwaway
        else "removal: retain # `agcdk destroy` keeps the buckets and the models\n"
    )
    editors = f"# yaml-language-server: $schema={SCHEMA_FILE}"
    title = f"# The environment {environment}: agcdk validate, agcdk deploy"
    return f"{editors}\n{title}\n{removal}predictors: {{}}\n"


def add_predictor(
    text: str,
    name: str,
    settings: dict[str, Any],
    *,
    comment: str,
    file: Path,
    otherwise: Mapping[str, str],
) -> str:
    """Return the text with `predictors.<name>` at the end of `predictors`.

    Args:
        otherwise: the options that would add it although its name is taken.

    Raises:
        CommandError: the predictor exists already, or the file's form cannot be extended.
    """
    before = _parse(text, file)
    predictors = before.get("predictors") or {}
    if name in predictors:
        raise CommandError(
            f"{file} already has a predictor {name!r}, and init does not change it.",
            again=otherwise,
        )
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if _PREDICTORS.match(line)), None)
    if start is None and "predictors" in before:
        raise _not_extended(file)
    if start is None:
        lines.append("predictors:")
        start = len(lines) - 1
    if not predictors:
        lines[start] = "predictors:"
    end = _end_of_block(lines, start)
    block = _block(name, settings, comment, indent=_indent(lines, start, end))
    if predictors:
        block = ["", *block]
    after = "\n".join([*lines[:end], *block, *lines[end:]]) + "\n"
    # In whichever form the file is written, it must say the same as before plus this predictor.
    expected = {**before, "predictors": {**predictors, name: settings}}
    if _parse(after, file) != expected:
        raise _not_extended(file)
    return after


def write(path: Path, text: str) -> None:
    """Replace the file atomically, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".yaml.new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def _parse(text: str, file: Path) -> dict[str, Any]:
    from autogluon_constructs.settings.reading.yaml_text import parse_yaml

    try:
        document = parse_yaml(text)
    except ValueError as error:
        raise CommandError(f"{file}: {error}.", next_command="agcdk validate") from error
    if not isinstance(document, dict):
        raise CommandError(
            f"{file} must be a mapping of settings.", next_command=f"agcdk validate -e {file.stem}"
        )
    return document


def _end_of_block(lines: list[str], start: int) -> int:
    """Return the index after the block's last line, before blank lines and comments."""
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith((" ", "\t")):
            break
        end = number + 1
    return end


def _indent(lines: list[str], start: int, end: int) -> str:
    for line in lines[start + 1 : end]:
        if line.strip() and not line.lstrip().startswith("#"):
            return line[: len(line) - len(line.lstrip())]
    return "  "


def _block(name: str, settings: dict[str, Any], comment: str, *, indent: str) -> list[str]:
    text = yaml.safe_dump({name: settings}, sort_keys=False, allow_unicode=True, width=90)
    return [f"{indent}# {comment}", *[f"{indent}{line}" for line in text.splitlines()]]


def _not_extended(file: Path) -> CommandError:
    return CommandError(
        f"{file} has a form that init cannot extend: its `predictors` is not a plain block.",
        next_command=f"agcdk init --environment {file.stem}-2",
    )

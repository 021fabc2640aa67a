"""Parse `KEY=VALUE` options, whose values are YAML as in the settings file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click


def parse_assignments(option: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return the values by key.

    Raises:
        click.BadParameter: a text is not KEY=VALUE, a value is invalid YAML, or a key is repeated.
    """
    from autogluon_constructs.settings.reading.yaml_text import parse_yaml

    values: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{option}: got {text!r}; allowed: KEY=VALUE")
        if key in values:
            raise click.BadParameter(f"{option}: {key!r} is given twice")
        try:
            values[key] = parse_yaml(value)
        except ValueError as error:
            raise click.BadParameter(
                f"{option} {key}: {value!r} is not valid YAML ({error})"
            ) from error
    return values

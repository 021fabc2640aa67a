"""Describe settings files to editors: completion and checks while one types."""

from __future__ import annotations

from typing import Any

from autogluon_constructs.settings.environment import Environment


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of `config/<environment>.yaml`.

    It has every key, its type and bounds; combinations of keys are checked at synth and by
    `agcdk validate`.
    """
    schema = Environment.model_json_schema()
    # The file's name is the environment's.
    del schema["properties"]["name"]
    schema["required"] = [name for name in schema["required"] if name != "name"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}

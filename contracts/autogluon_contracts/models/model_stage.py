"""Name the stage of a model version's life: SageMaker's ModelLifeCycle.

Source: SageMaker API Reference, ModelLifeCycle; guide, "Staging construct for your model life
cycle".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STAGE_WORD = r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
"""What SageMaker takes as a stage, and as its status."""


def stage_of(package: Mapping[str, Any]) -> str | None:
    """Return `<stage>/<status>` of DescribeModelPackage's answer; None without a stage.

    Example:
        >>> stage_of({"ModelLifeCycle": {"Stage": "Production", "StageStatus": "Approved"}})
        'Production/Approved'
    """
    found = package.get("ModelLifeCycle")
    return None if not found else f"{found['Stage']}/{found['StageStatus']}"


def stage_in_words(stage: str) -> str:
    """Return `<stage>/<status>` for people.

    Example:
        >>> stage_in_words("Production/Approved")
        'Production (Approved)'
    """
    name, _, status = stage.partition("/")
    return f"{name} ({status})"

"""Read which images of scikit-learn AWS publishes, and in whose accounts."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def scikit_learn_versions() -> Sequence[str]:
    """Return the versions of the images, the latest first, such as `1.2-1`."""
    return tuple(_catalogue()["versions"])


def scikit_learn_repository() -> str:
    """Return the repository's name, the same in all registries."""
    return str(_catalogue()["repository"])


def scikit_learn_tag(version: str) -> str:
    """Return the tag of a version's image; it is for CPUs, and runs on types with GPUs, too."""
    return f"{version}-cpu-py3"


def scikit_learn_registries() -> Mapping[str, str]:
    """Return the account of the registry by region."""
    found: Mapping[str, str] = _catalogue()["registries"]
    return found


@cache
def _catalogue() -> Mapping[str, Any]:
    text = files(__package__).joinpath("scikit_learn.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found

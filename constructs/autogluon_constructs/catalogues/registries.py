"""Read in which regions the AutoGluon Deep Learning Containers are, and in whose account."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml


@cache
def registries() -> Mapping[str, str]:
    """Return the account of the registry by region."""
    text = files(__package__).joinpath("registries.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.safe_load(text)
    return found


def region_problem(region: str) -> str | None:
    """Return why predictors cannot have the official images in a region; None if they can."""
    if region in registries():
        return None
    return (
        f"region: got '{region}', where AutoGluon's containers are not published; allowed: "
        f"{', '.join(sorted(registries()))}, or an image_uri for each predictor"
    )

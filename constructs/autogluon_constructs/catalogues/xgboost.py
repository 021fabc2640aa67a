"""Read which images of the built-in XGBoost AWS publishes, and in whose accounts."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from autogluon_constructs.catalogues.scikit_learn import scikit_learn_registries
from autogluon_contracts.wording import listed


def xgboost_versions() -> Sequence[str]:
    """Return the versions of the image, the latest first, such as `1.7-1`."""
    return tuple(_catalogue()["versions"])


def xgboost_repository() -> str:
    """Return the repository's name, the same in all registries."""
    return str(_catalogue()["repository"])


def xgboost_registries() -> Mapping[str, str]:
    """Return the account of the registry by region."""
    return scikit_learn_registries()


def xgboost_region_problem(region: str) -> str | None:
    """Return why predictors cannot have the image in a region; None if they can."""
    if region in xgboost_registries():
        return None
    return (
        f"region: got '{region}', where AWS does not publish the built-in XGBoost; allowed: "
        f"{listed(sorted(xgboost_registries()), limit=40)}"
    )


@cache
def _catalogue() -> Mapping[str, Any]:
    text = files(__package__).joinpath("xgboost.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found

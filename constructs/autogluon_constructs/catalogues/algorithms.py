"""Read which images of SageMaker's built-in algorithms AWS publishes, and in whose accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from autogluon_constructs.catalogues.scikit_learn import scikit_learn_registries
from autogluon_contracts.wording import listed

_SCIKIT_LEARN = "scikit_learn"


@dataclass(frozen=True)
class AlgorithmImages:
    """The images of one algorithm.

    Attributes:
        title: its name in sentences.
        versions: of the image, the latest first, such as `1.7-1`.
        repository: the repository's name, the same in all registries.
        registries: the account of the registry by region.
    """

    title: str
    versions: Sequence[str]
    repository: str
    registries: Mapping[str, str]

    def region_problem(self, region: str) -> str | None:
        """Return why predictors cannot have the image in a region; None if they can."""
        if region in self.registries:
            return None
        return (
            f"region: got '{region}', where AWS does not publish the built-in {self.title}; "
            f"allowed: {listed(sorted(self.registries), limit=40)}"
        )


@cache
def algorithms() -> Mapping[str, AlgorithmImages]:
    """Return the algorithms by the type of the predictors that they train.

    Example:
        >>> algorithms()["xgboost"].repository
        'sagemaker-xgboost'
    """
    text = files(__package__).joinpath("algorithms.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return {
        kind: AlgorithmImages(
            title=each["title"],
            versions=tuple(each["versions"]),
            repository=each["repository"],
            registries=(
                scikit_learn_registries()
                if each["registries"] == _SCIKIT_LEARN
                else each["registries"]
            ),
        )
        for kind, each in found.items()
    }

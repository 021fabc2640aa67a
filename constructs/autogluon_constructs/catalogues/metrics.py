"""What values metrics can take."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from autogluon_contracts.predictor_types.tabular.metrics import canonical


def best_value(metric: str) -> float:
    """The optimum of a metric in AutoGluon's sign (higher is better): no value exceeds it."""
    return 0.0 if canonical(metric) in _data()["best_is_zero"] else 1.0


@cache
def _data() -> Mapping[str, Any]:
    text = files(__package__).joinpath("metrics.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data

"""Parameter ranges: check them, and translate them to the optimiser's and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from autogluon_contracts.documents.tuning_rules import MOST_RANGES
from embedded_aws.sagemaker.errors import invalid

_WIDE = 100.0


class Range:
    """The values of one hyperparameter, which requests carry as strings. Raises ApiError."""

    def __init__(self, kind: str, request: Mapping[str, Any]) -> None:
        self.name: str = request["Name"]
        self._scaling = request.get("ScalingType", "Auto")
        self.distribution: BaseDistribution
        if kind == "Categorical":
            values = request["Values"]
            if not values or len(set(values)) != len(values):
                raise invalid(f"The values of {self.name!r} must be unique, at least one.")
            self.distribution = CategoricalDistribution(values)
            return
        low, high = (_number(kind, self.name, request[key]) for key in ("MinValue", "MaxValue"))
        if not low < high:
            raise invalid(f"{self.name!r}: MinValue {low} must be less than MaxValue {high}.")
        self._check_scaling(kind, low, high)
        if self._scaling == "ReverseLogarithmic":
            low, high = 1 - high, 1 - low
        log = low > 0 and (
            self._scaling in {"Logarithmic", "ReverseLogarithmic"}
            or (self._scaling == "Auto" and high / low >= _WIDE)
        )
        if kind == "Integer":
            self.distribution = IntDistribution(int(low), int(high), log=log)
        else:
            self.distribution = FloatDistribution(low, high, log=log)

    def _check_scaling(self, kind: str, low: float, high: float) -> None:
        if self._scaling == "Logarithmic" and low <= 0:
            raise invalid(f"{self.name!r}: Logarithmic scaling needs values above 0, got {low}.")
        if self._scaling == "ReverseLogarithmic" and (kind == "Integer" or not 0 <= low < high < 1):
            raise invalid(
                f"{self.name!r}: ReverseLogarithmic scaling needs a continuous range within "
                "0 <= x < 1.0."
            )

    def to_text(self, value: Any) -> str:
        """Return the optimiser's value as a hyperparameter."""
        return str(1 - value if self._scaling == "ReverseLogarithmic" else value)

    def from_text(self, text: str) -> Any:
        """Return the optimiser's value of a hyperparameter; raises ValueError outside of it."""
        if isinstance(self.distribution, CategoricalDistribution):
            if text not in self.distribution.choices:
                raise ValueError(text)
            return text
        value = float(text)
        value = 1 - value if self._scaling == "ReverseLogarithmic" else value
        number = int(value) if isinstance(self.distribution, IntDistribution) else value
        assert isinstance(self.distribution, IntDistribution | FloatDistribution)
        if not self.distribution.low <= number <= self.distribution.high:
            raise ValueError(text)
        return number


def parse_ranges(config: Mapping[str, Any]) -> dict[str, Range]:
    """Return the ranges of a HyperParameterTuningJobConfig by name. Raises ApiError."""
    ranges = [
        Range(kind, request)
        for kind in ("Integer", "Continuous", "Categorical")
        for request in (config.get("ParameterRanges") or {}).get(f"{kind}ParameterRanges") or ()
    ]
    named = {item.name: item for item in ranges}
    if not ranges or len(ranges) > MOST_RANGES or len(named) != len(ranges):
        raise invalid(
            f"ParameterRanges needs 1 to {MOST_RANGES} ranges with names of their own, "
            f"got {len(ranges)}: {', '.join(item.name for item in ranges)}."
        )
    if config["Strategy"] == "Grid" and any(
        not isinstance(item.distribution, CategoricalDistribution) for item in ranges
    ):
        raise invalid("The Grid strategy supports only categorical parameter ranges.")
    return named


def _number(kind: str, name: str, text: str) -> float:
    try:
        value = int(text) if kind == "Integer" else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise invalid(
            f"{name!r}: {text!r} must be {'an integer' if kind == 'Integer' else 'a number'}."
        )
    return value

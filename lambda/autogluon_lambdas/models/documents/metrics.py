"""`metrics.json`, the result of a training job."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_lambdas.models.tabular.metrics import canonical

METRICS_VERSION = 1


@dataclass(frozen=True)
class Metrics:
    """What a run reached. Values follow AutoGluon's sign: higher is better, errors are negative."""

    best_model: str
    eval_metric: str
    evaluated_on: str
    values: Mapping[str, float]

    @classmethod
    def from_json(cls, text: bytes) -> "Metrics":
        """Read `metrics.json`; raises ValueError when it is not one of version 1."""
        try:
            raw = json.loads(text)
            if raw["version"] != METRICS_VERSION:
                raise ValueError(f"version: got {raw['version']!r}; allowed: {METRICS_VERSION}")
            return cls(
                best_model=raw["best_model"],
                eval_metric=raw["eval_metric"],
                evaluated_on=raw["evaluated_on"],
                values={name: float(value) for name, value in raw["metrics"].items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"it is not complete ({error!r})") from error

    def value(self, name: str) -> float | None:
        """A metric by its name or short name; None when it was not measured or is not a number."""
        value = self.values.get(name, self.values.get(canonical(name)))
        return value if value is not None and math.isfinite(value) else None

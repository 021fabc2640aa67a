"""Show scores as people know them: errors positive, with the direction that is better.

AutoGluon's sign makes every metric one where higher is better, so its errors are negative. Files,
`--json` and DataFrames have AutoGluon's sign; terminals and reports show scores by this rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autogluon_contracts.predictor_types import lower_is_better


@dataclass(frozen=True)
class ShownMetric:
    """One metric; the scores that it takes are AutoGluon's.

    Example:
        >>> metric = ShownMetric("root_mean_squared_error")
        >>> metric.shown(-2.5), metric.better
        (2.5, 'lower is better')
        >>> ShownMetric("r2").shown(-0.5)
        -0.5
    """

    name: str

    @property
    def is_error(self) -> bool:
        """Return whether lower is better."""
        return lower_is_better(self.name)

    @property
    def better(self) -> str:
        """Return `lower is better` or `higher is better`."""
        return "lower is better" if self.is_error else "higher is better"

    def shown(self, score: Any) -> Any:
        """Return a score, or an array of them, with the sign taken off an error; None stays."""
        if score is None:
            return None
        return 0 - score if self.is_error else score

    def bound(self, minimum: float) -> str:
        """Return what a quality gate's minimum asks for.

        Example:
            >>> ShownMetric("WAPE").bound(-0.3), ShownMetric("r2").bound(0.8)
            ('WAPE at most 0.3 (lower is better)', 'r2 at least 0.8')
        """
        if self.is_error:
            return f"{self.name} at most {self.shown(minimum):g} ({self.better})"
        return f"{self.name} at least {minimum:g}"

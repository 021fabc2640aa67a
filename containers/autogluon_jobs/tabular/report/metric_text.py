"""Show scores as people read them: errors positive, with the direction that is better.

AutoGluon's sign makes every metric one where higher is better, so its errors are negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autogluon_contracts.predictor_types.tabular.metrics import lower_is_better
from autogluon_jobs.report.number_text import number

_VOWELS = "aeiou"
# Spelled, not read: "an RMSE" and "an r2", but "a roc_auc" is read as a word.
_SPELLED = ("f1", "mcc", "r2")


@dataclass(frozen=True)
class MetricText:
    """One metric; scores that it takes are AutoGluon's."""

    name: str

    @property
    def is_error(self) -> bool:
        """Return whether lower is better."""
        return lower_is_better(self.name)

    @property
    def better(self) -> str:
        """Return `lower is better` or `higher is better`."""
        return "lower is better" if self.is_error else "higher is better"

    @property
    def with_article(self) -> str:
        """Return such as `an accuracy` or `a roc_auc`."""
        vowel = self.name[0] in _VOWELS or self.name.startswith(_SPELLED)
        return f"{'an' if vowel else 'a'} {self.name}"

    def shown(self, score: Any) -> Any:
        """Return a score, or an array of them, with the sign taken off an error."""
        if score is None:
            return None
        return 0 - score if self.is_error else score

    def text(self, score: Any) -> str:
        """Return the shown score as text."""
        return number(self.shown(score))

    def interval(self, low: Any, high: Any) -> str:
        """Return the shown bounds, the smaller first."""
        bounds = sorted((self.shown(low), self.shown(high)))
        return f"{number(bounds[0])} to {number(bounds[1])}"

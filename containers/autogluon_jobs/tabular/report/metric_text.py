"""Write scores of the report as text, by the rule of terminals and reports."""

from __future__ import annotations

from typing import Any

from autogluon_contracts.shown.scores import ShownMetric
from autogluon_jobs.report.number_text import number

_VOWELS = "aeiou"
# Spelled, not read: "an RMSE" and "an r2", but "a roc_auc" is read as a word.
_SPELLED = ("f1", "mcc", "r2")


class MetricText(ShownMetric):
    """One metric; scores that it takes are AutoGluon's."""

    @property
    def with_article(self) -> str:
        """Return such as `an accuracy` or `a roc_auc`."""
        vowel = self.name[0] in _VOWELS or self.name.startswith(_SPELLED)
        return f"{'an' if vowel else 'a'} {self.name}"

    def text(self, score: Any) -> str:
        """Return the shown score as text."""
        return number(self.shown(score))

    def interval(self, low: Any, high: Any) -> str:
        """Return the shown bounds, the smaller first."""
        bounds = sorted((self.shown(low), self.shown(high)))
        return f"{number(bounds[0])} to {number(bounds[1])}"

"""Print live metric lines, one per trained model.

The class has a module of its own, which serving does not need: AutoGluon pickles callbacks with
an interrupted run, and could not load it without the class.
"""

from __future__ import annotations

from typing import Any

from autogluon.core.callbacks import AbstractCallback

from autogluon_contracts.jobs.log_lines import metric_line


class MetricLines(AbstractCallback):  # type: ignore[misc]  # AutoGluon has no types
    """Prints a line of scores, `AGMETRIC model=... val_score=...`, after each model."""

    def _after_model_fit(self, trainer: Any, model_names: list[str], **_where: Any) -> bool:
        for name in model_names:
            score = trainer.get_model_attribute(name, "val_score", default=None)
            seconds = trainer.get_model_attribute(name, "fit_time", default=None)
            metric = trainer.eval_metric.name
            print_metric(model=name, val_score=score, fit_seconds=seconds, eval_metric=metric)
        return False


def print_metric(**values: object) -> None:
    """Print one `AGMETRIC` line; what is None is left out. Metric definitions match these lines."""
    print(metric_line(**values), flush=True)

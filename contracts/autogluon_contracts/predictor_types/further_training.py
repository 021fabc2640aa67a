"""Define how a trained model may be trained further: one method of AutoGluon for each way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_contracts.rules import Rule, check_fields


@dataclass(frozen=True, kw_only=True)
class Method:
    """What one method takes and needs.

    Attributes:
        fit_args: its arguments, which are the run's `fit_args`.
        required: those that must be given.
        needs_kept_data: only artifacts of runs with `training.further_training` have what it needs.
        learns_again: it learns from the first fit's data, which the run has to name again.
        adds_rows: it learns from the run's training data beside those of the first fit.
        takes_unlabelled: the training data may lack the label.
        needs_test_data: without test data, nothing would measure it.
        takes_tuning_data: it learns with validation rows of the run, not with those of the model.
        has_own_weights: the artifact holds all weights that it starts from, so that the job mounts
            none.
        problem_types: those that it is for; empty: all.
        metrics: those that its `metric` may be, which is the model's own unless it is given; empty:
            it has none.
    """

    fit_args: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    needs_kept_data: bool = True
    learns_again: bool = False
    adds_rows: bool = False
    takes_unlabelled: bool = False
    needs_test_data: bool = False
    takes_tuning_data: bool = False
    has_own_weights: bool = False
    problem_types: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def fit_args_problems(self, name: str, args: Mapping[str, object]) -> list[str]:
        """Return a sentence for each problem of the arguments of the method `name`."""
        missing = [
            f"fit_args.{key}: missing; {name} needs it" for key in self.required if key not in args
        ]
        return [*check_fields("fit_args", dict(args), self.fit_args), *missing]

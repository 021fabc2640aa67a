"""Train a tabular model further, by the method of AutoGluon that the run names."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_contracts.documents.parent_model import ParentModel
from autogluon_contracts.predictor_types.tabular.further_training import (
    FIT_EXTRA,
    METHODS,
    PSEUDOLABEL,
    REFIT,
    THRESHOLD,
)
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.jobs.time_budget import TimeBudget
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import Feature

_ADDED_ROWS = "added_rows.parquet"
"""Rows that earlier runs added: AutoGluon keeps those of the first fit only."""
NEW_MODELS = (FIT_EXTRA, PSEUDOLABEL)
"""Methods that make models beside the former ones."""
_PLAIN_THRESHOLD = 0.5
_ITERATIONS = 3  # `max_iter` of `fit_pseudolabel`


@dataclass(frozen=True)
class FurtherFit:
    """A loaded model, the rows that runs added to its first fit, and the arguments of a method."""

    parent: ParentModel
    predictor: TabularPredictor
    added: pd.DataFrame | None
    fit_args: Mapping[str, Any]
    budget: TimeBudget

    def run(self, rows: pd.DataFrame) -> None:
        """Train further on the rows of the channel `train`; the predictor is saved.

        Raises:
            InputError: the model lacks what the method needs.
        """
        steps: Mapping[str, Callable[[pd.DataFrame], None]] = {
            REFIT: self._refit,
            FIT_EXTRA: self._fit_extra,
            PSEUDOLABEL: self._fit_pseudolabel,
            THRESHOLD: self._calibrate,
        }
        print(f"{self.parent.method} of {self.parent.name} on {len(rows)} rows", flush=True)
        steps[self.parent.method](rows)
        self.predictor.save(silent=True)  # the artifact is cloned from the disk

    def added_after(self, rows: pd.DataFrame) -> pd.DataFrame | None:
        """Return all rows that runs added, those of this run among them; None: none."""
        if not METHODS[self.parent.method].adds_rows or self.predictor.label not in rows.columns:
            return self.added
        return rows if self.added is None else pd.concat([self.added, rows], ignore_index=True)

    def _refit(self, rows: pd.DataFrame) -> None:
        predictor = self.predictor
        refitted = predictor.model_refit_map(inverse=True)
        best = refitted.get(predictor.model_best, predictor.model_best)
        if best not in predictor.model_names():
            raise InputError(
                f"The artifact of {self.parent.name} lacks {best}, which refit_full fits again.",
                advice="Train it anew without keep_only_best.",
            )
        old = [name for name in refitted if name in predictor.model_names()]
        if old:
            # AutoGluon leaves out what has a refitted copy.
            predictor.delete_models(models_to_delete=old, dry_run=False)
        predictor.refit_full(
            model=best,
            set_best_to_refit_full=best,
            train_data_extra=self.added_after(rows),
            **self.fit_args,
        )
        if predictor.model_best not in predictor.model_refit_map(inverse=True):
            raise RuntimeError(f"AutoGluon could not fit {best} again")

    def _fit_extra(self, rows: pd.DataFrame) -> None:  # noqa: ARG002 - it has the first fit's
        before = self.predictor.model_best
        self.predictor.fit_extra(
            pseudo_data=self.added, **self._refitting(), **self._within(self.budget.time_limit)
        )
        self._calibrate_again(before)

    def _fit_pseudolabel(self, rows: pd.DataFrame) -> None:
        before, limit = self.predictor.model_best, self.budget.time_limit
        if self.predictor.label in rows.columns:
            data = self.added_after(rows)
        elif self.added is None:
            data = rows
            limit /= self.fit_args.get("max_iter", _ITERATIONS)
        else:
            raise InputError(
                f"{self.parent.name} learned from rows that were added to its first fit, which "
                "AutoGluon cannot join with rows that lack the label.",
                advice="Give rows with the label, or train it anew.",
            )
        self.predictor.fit_pseudolabel(data, **self._refitting(), **self._within(limit))
        self._calibrate_again(before)

    def _calibrate(self, rows: pd.DataFrame) -> None:
        value = self.predictor.calibrate_decision_threshold(rows, **self.fit_args)
        print(f"Decision threshold: {self.predictor.decision_threshold:g} -> {value:g}", flush=True)
        self.predictor.set_decision_threshold(value)

    def _refitting(self) -> dict[str, Any]:
        """Return arguments that refit the new best model where the former one was refitted."""
        if self.predictor.model_best not in self.predictor.model_refit_map(inverse=True):
            return {}
        return {"refit_full": "best", "set_best_to_refit_full": True}

    def _within(self, seconds: float) -> dict[str, Any]:
        return {**self.fit_args, "time_limit": seconds}

    def _calibrate_again(self, before: str) -> None:
        """Choose the threshold for a new best model, as its first fit did for the former one."""
        predictor = self.predictor
        if predictor.problem_type != "binary" or predictor.model_best == before:
            return
        if not math.isclose(predictor.decision_threshold, _PLAIN_THRESHOLD):
            predictor.set_decision_threshold(predictor.calibrate_decision_threshold())


def load_further_fit(
    parent: ParentModel, fit_args: Mapping[str, Any], folder: Path, budget: TimeBudget
) -> FurtherFit:
    """Load the predictor of an unpacked, verified artifact.

    Raises:
        InputError: the artifact lacks what the method needs, or arguments that it does not take.
    """
    method = METHODS.get(parent.method)
    if method is None:
        raise InputError(f'Unknown method "{parent.method}".')
    problems = method.fit_args_problems(parent.method, dict(fit_args))
    if problems:
        raise InputError("; ".join(problems) + ".")
    added = folder / _ADDED_ROWS
    rows = pd.read_parquet(added) if added.is_file() else None
    added.unlink(missing_ok=True)
    predictor = TabularPredictor.load(str(folder))
    if method.needs_kept_data and not predictor._trainer.is_data_saved:
        raise InputError(
            f"The artifact of {parent.name} holds no training data, which {parent.method} needs.",
            advice="Train it anew with training.further_training in the YAML.",
        )
    others = {name: value for name, value in fit_args.items() if name != "time_limit"}
    return FurtherFit(parent, predictor, rows, others, budget)


def with_own_labels(
    data: TrainingData, predictor: TabularPredictor
) -> tuple[TrainingData, str | None]:
    """Return training rows that lack the label with the model's own answers in its place.

    The report and the measures read them; a warning says so. Other rows are returned as they are.
    """
    label = predictor.label
    if label in data.train.columns:
        return data, None
    train = data.train.assign(**{label: predictor.predict(data.train).to_numpy()})
    kind = Feature(label, "text", "object", nullable=True)
    note = "The training rows have no label. The report shows the model's own answers in its place."
    return replace(data, columns=(*data.columns, kind), train=train), note


def pack(
    predictor: TabularPredictor, folder: Path, *, whole: bool, added: pd.DataFrame | None
) -> None:
    """Write the predictor into the artifact.

    Args:
        predictor: fitted.
        folder: the artifact.
        whole: keep what further training needs; else what the best model needs for predicting.
        added: rows that runs added to the first fit.
    """
    if not whole:
        predictor.clone_for_deployment(str(folder), dirs_exist_ok=True)
        return
    predictor.clone(str(folder), dirs_exist_ok=True)
    if added is not None:
        added.to_parquet(folder / _ADDED_ROWS, index=False)

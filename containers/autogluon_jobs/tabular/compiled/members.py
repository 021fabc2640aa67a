"""Let AutoGluon's fitted models answer few rows through their exported files.

A forest of scikit-learn takes its trees one by one in Python, and LightGBM's package prepares every
call anew: for one row both cost a hundred times what the trees do. Here the members that can be
exported (see `direct`) answer small requests by their files, each only after it gave AutoGluon's
bits on rows that run through the whole predictor; large requests stay with AutoGluon.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.tabular.compiled.frame_inputs import FrameInputs, sources_of
from autogluon_jobs.tabular.direct.export.export_models import export_member, has_exporter
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError, UnusableError
from autogluon_jobs.tabular.direct.members.members import Member, load_member
from autogluon_jobs.tabular.prediction.threads import ROWS_PER_THREAD, members_of

_ALONE_ROWS = 16

Predict = Callable[..., Any]


def compile_members(predictor: Any, probe: pd.DataFrame, inputs: FrameInputs) -> int:
    """Let every member that can be exported answer small requests by its files.

    Args:
        predictor: a `TabularPredictor` whose models are in memory.
        probe: rows as `transform_features` makes them, to prove the files on.
        inputs: what makes the members' inputs.

    Returns:
        How many members do so from now on.
    """
    trainer = predictor._trainer
    trials = {
        name: [_Trial(member, inputs) for member in members_of(model) if has_exporter(member)]
        for name, model in ((name, trainer.load_model(name)) for name in trainer.get_model_names())
    }
    tried = [name for name, found in trials.items() if found]
    every = [trial for name in tried for trial in trials[name]]
    for trial in every:
        trial.model._predict_proba = trial
    try:
        if tried:
            trainer.get_model_pred_proba_dict(probe, models=tried)
    finally:
        for trial in every:
            trial.model._predict_proba = trial.compiled or trial.original
    return sum(trial.compiled is not None for trial in every)


@dataclass(frozen=True)
class CompiledMember:
    """Replaces a model's `_predict_proba`."""

    member: Member
    columns: pd.Index
    original: Predict
    inputs: FrameInputs

    def __call__(self, X: pd.DataFrame, **kwargs: Any) -> Any:  # noqa: N803 - AutoGluon's name
        """Answer as `_predict_proba`; `X` is the frame before the model's preprocessing."""
        if len(X) >= ROWS_PER_THREAD or not self.columns.equals(X.columns):
            return self.original(X, **kwargs)
        return self.member.predict(self.inputs.of(X), 1)


class _Trial:
    """Answers by AutoGluon, and on the way tries the model's files on the same rows."""

    def __init__(self, model: Any, inputs: FrameInputs) -> None:
        self.model = model
        self.original: Predict = model._predict_proba
        self.compiled: CompiledMember | None = None
        self._inputs = inputs

    def __call__(self, X: pd.DataFrame, **kwargs: Any) -> Any:  # noqa: N803 - AutoGluon's name
        truth = self.original(X, **kwargs)
        try:
            member = self._exported(X)
            compiled = CompiledMember(member, X.columns, self.original, self._inputs)
            _require_equal(compiled, X, kwargs, truth)
            self.compiled = compiled
        except NotExportableError:
            pass  # a kind that only AutoGluon knows
        except Exception as error:  # noqa: BLE001 - a server must not fail over a missing speed-up
            print(f"{self.model.name} is not compiled: {error}", file=sys.stderr, flush=True)
        return truth

    def _exported(self, X: pd.DataFrame) -> Member:  # noqa: N803 - AutoGluon's name
        sources = sources_of(X)
        if not sources.keys() >= set(self.model.features):
            raise NotExportableError(f"{self.model.name}, which takes texts")
        with tempfile.TemporaryDirectory() as name:
            return load_member(export_member("0", self.model, Path(name), sources), Path(name))


def _require_equal(
    compiled: CompiledMember, rows: pd.DataFrame, kwargs: dict[str, Any], truth: Any
) -> None:
    parts = [slice(0, len(rows)), *(slice(at, at + 1) for at in range(min(_ALONE_ROWS, len(rows))))]
    for part in parts:
        answer = compiled(rows.iloc[part], **kwargs)
        if answer.dtype != truth.dtype or not np.array_equal(answer, truth[part], equal_nan=True):
            raise UnusableError(f"rows {part.start} to {part.stop} differ")

"""Store what the direct path has to answer: see `proof`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.direct.files.artifact_files import (
    BY_CALL_FILE,
    PROOF_FILE,
    SCORES_FILE,
    installed_versions,
)
from autogluon_jobs.tabular.direct.proof import (
    answer_key,
    calls_of,
    compared,
    digest_of,
    require_equal,
)

EVERY = 6
"""One row at a time costs AutoGluon a second where an ensemble is large."""


def export_proof(
    folder: Path,
    schema: FeatureSchema,
    rows: Sequence[Sequence[Any]],
    autogluon: Engine,
    direct: DirectEngine,
) -> None:
    """Write the proof's files.

    Args:
        folder: gets them.
        schema: what the predictor takes.
        rows: see `sample_rows`.
        autogluon: the predictor itself.
        direct: the path to prove; where bits depend on the call, it is held to AutoGluon's answers
            here, on the machine that made them.

    Raises:
        UnusableError: it differs.
    """
    document: dict[str, Any] = {"versions": installed_versions(), "by_call": not direct.joinable}
    if direct.by_call:
        rows = rows[::EVERY]
        recorder = _Recorder()
        truth = _by_call(schema, rows, autogluon, direct, recorder)
        np.savez(folder / BY_CALL_FILE, **recorder.answers)
        document["fed"] = recorder.fed
    elif direct.rows_apart:
        rows = rows[::EVERY]
        truth = _each_alone(autogluon, next(calls_of(schema, rows)).table)
    else:
        truth = autogluon.predict(Request(next(calls_of(schema, rows)).table))
    labels, scores = compared(truth)
    text = json.dumps(document | {"rows": rows, "labels": labels}, ensure_ascii=False)
    (folder / PROOF_FILE).write_text(text, encoding="utf-8")
    np.save(folder / SCORES_FILE, scores)


class _Recorder:
    """Keeps what models are given and answer; see `Watch`.

    Attributes:
        call: the number of the call that is answered.
        fed: digests by `answer_key`.
        answers: by `answer_key`.
    """

    def __init__(self) -> None:
        self.call = 0
        self.fed: dict[str, str] = {}
        self.answers: dict[str, Any] = {}

    def __call__(self, model: str, fed: Sequence[Any], compute: Callable[[], Any]) -> Any:
        key = answer_key(self.call, model)
        self.fed[key] = digest_of(fed)
        self.answers[key] = compute()
        return self.answers[key]


def _by_call(
    schema: FeatureSchema,
    rows: Sequence[Sequence[Any]],
    autogluon: Engine,
    direct: DirectEngine,
    recorder: _Recorder,
) -> Predictions:
    answers = []
    for recorder.call, call in enumerate(calls_of(schema, rows)):
        truth = autogluon.predict(Request(call.table))
        got = direct.predict_watched(Request(call.table), recorder)
        require_equal(got, *compared(truth), call.how)
        answers.append(truth)
    return _stacked(answers)


def _each_alone(engine: Engine, table: FeatureTable) -> Predictions:
    return _stacked([engine.predict(Request(table.row(at))) for at in range(len(table))])


def _stacked(answers: Sequence[Predictions]) -> Predictions:
    def stacked(parts: Sequence[Columns]) -> Columns:
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    return Predictions(
        stacked([answer.labels for answer in answers]),
        stacked([answer.probabilities for answer in answers]),
    )

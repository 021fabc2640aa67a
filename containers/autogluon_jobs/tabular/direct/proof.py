"""Prove at start-up that the direct path answers as AutoGluon did when it was trained.

`proof.json` holds rows as list of lists in the schema's order, some with missing and unseen
values; `proof_scores.npy` holds AutoGluon's numbers for them, and `proof.json` its labels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import MOST_ROWS, RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable, joined
from autogluon_jobs.tabular.direct.files.artifact_files import (
    PROOF_FILE,
    SCORES_FILE,
    UnusableError,
    installed_versions,
)
from autogluon_jobs.tabular.direct.trees.leaf_sums import LEAST_ROWS


def write_proof(folder: Path, rows: Sequence[Sequence[Any]], truth: Predictions) -> None:
    """Store rows and what AutoGluon answers to them."""
    labels, scores = _compared(truth)
    document = {"versions": installed_versions(), "rows": rows, "labels": labels}
    text = json.dumps(document, ensure_ascii=False)
    (folder / PROOF_FILE).write_text(text, encoding="utf-8")
    np.save(folder / SCORES_FILE, scores)


def prove(folder: Path, schema: FeatureSchema, engine: Engine) -> int:
    """Hold the engine to the stored answers: all rows together, each alone, and in a large request.

    Returns:
        How many rows were compared.

    Raises:
        UnusableError: other library versions than at training, or a first row that differs.
    """
    document = json.loads((folder / PROOF_FILE).read_text(encoding="utf-8"))
    _require_versions(document["versions"])
    scores = np.load(folder / SCORES_FILE, allow_pickle=False)
    labels = document["labels"]
    rows = document["rows"]
    if not rows:
        raise UnusableError("the proof holds no rows")
    table = _small_requests(schema, rows)
    _require_equal(engine.predict(Request(table)), labels, scores, "together")
    times = -(-LEAST_ROWS // len(rows))
    large = engine.predict(Request(_repeated(table, times)))
    _require_equal(
        large, labels and labels * times, np.tile(scores, (times, 1)), "in a large request"
    )
    for at in range(len(rows)):
        alone = engine.predict(Request(table.row(at)))
        label = None if labels is None else labels[at : at + 1]
        _require_equal(alone, label, scores[at : at + 1], f"alone (row {at + 1})")
    return len(rows)


def _small_requests(schema: FeatureSchema, rows: Sequence[Sequence[Any]]) -> FeatureTable:
    parts = [rows[at : at + MOST_ROWS] for at in range(0, len(rows), MOST_ROWS)]
    reader = RowReader(schema)
    return joined([table_of_lists(reader, part) for part in parts])


def _repeated(table: FeatureTable, times: int) -> FeatureTable:
    columns = {name: np.tile(values, times) for name, values in table.columns.items()}
    return FeatureTable.of_columns(table.features, columns)


def _require_versions(trained: Mapping[str, str | None]) -> None:
    found = installed_versions()
    for name, version in trained.items():
        if found.get(name) != version:
            raise UnusableError(f"{name} is {found.get(name)} here and was {version} at training")


def _require_equal(predictions: Predictions, labels: Any, scores: Any, how: str) -> None:
    got_labels, got_scores = _compared(predictions)
    same = got_scores.shape == scores.shape and np.array_equal(got_scores, scores, equal_nan=True)
    if not same or got_labels != labels:
        raise UnusableError(
            f"its answers to the stored rows, predicted {how}, differ from AutoGluon's"
        )


def _compared(predictions: Predictions) -> tuple[list[Any] | None, Any]:
    """Return labels of classes, and all numbers as float64 (rows, columns)."""
    numbers = predictions.probabilities or predictions.labels
    scores = np.column_stack([np.asarray(values, np.float64) for values in numbers.values()])
    if not predictions.probabilities:
        return None, scores
    (labels,) = predictions.labels.values()
    return np.asarray(labels).tolist(), scores

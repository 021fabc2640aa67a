"""Prove at start-up that the direct path answers as AutoGluon did when it was trained.

Equality is defined per call: the same rows in one call have AutoGluon's bits. The proof's calls are
all rows together, the same rows in a large request, and each row alone. `proof.json` holds the rows
as list of lists in the schema's order, some with missing and unseen values, and AutoGluon's labels;
`proof_scores.npy` holds its numbers.

Where models add up each row on its own, `by_call` is false: AutoGluon was asked once, and every
call has to give the same. Where the last bits of some depend on the rows that share the call,
`by_call` is true: the answers are those to each call, one after the other. Those models' own bits
also depend on the processor and its cores, so training compared them on its own machine, and what
is proved here is the rest: what they are given (`fed`, a digest for each call and model) and what
is made of their answers, which `proof_by_call.npz` holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import MOST_ROWS, RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable, joined
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.direct.files.artifact_files import (
    BY_CALL_FILE,
    LIBRARIES,
    PROOF_FILE,
    SCORES_FILE,
    UnusableError,
    installed_versions,
)
from autogluon_jobs.tabular.direct.trees.leaf_sums import LEAST_ROWS


@dataclass(frozen=True)
class Call:
    """Rows that are predicted together.

    Attributes:
        how: in words.
        positions: of the rows among the proof's.
        table: the rows.
    """

    how: str
    positions: Any
    table: FeatureTable


def calls_of(schema: FeatureSchema, rows: Sequence[Sequence[Any]]) -> Iterator[Call]:
    """Return the calls of a proof."""
    parts = [rows[at : at + MOST_ROWS] for at in range(0, len(rows), MOST_ROWS)]
    reader = RowReader(schema)
    table = joined([table_of_lists(reader, part) for part in parts])
    every = np.arange(len(rows))
    yield Call("together", every, table)
    times = -(-LEAST_ROWS // len(rows))
    columns = {name: np.tile(values, times) for name, values in table.columns.items()}
    large = FeatureTable.of_columns(table.features, columns)
    yield Call("in a large request", np.tile(every, times), large)
    for at in range(len(rows)):
        yield Call(f"alone (row {at + 1})", every[at : at + 1], table.row(at))


def prove(
    folder: Path,
    schema: FeatureSchema,
    engine: DirectEngine,
    libraries: Sequence[str] = LIBRARIES,
) -> int:
    """Hold the engine to the stored answers; see the module.

    Args:
        folder: `direct/` of the artifact.
        schema: what the predictor takes.
        engine: loaded from the folder.
        libraries: those whose versions have to be the training's.

    Returns:
        How many rows were compared.

    Raises:
        UnusableError: other library versions than at training, or a first call that differs.
    """
    document = json.loads((folder / PROOF_FILE).read_text(encoding="utf-8"))
    _require_versions(document["versions"], libraries)
    rows, labels = document["rows"], document["labels"]
    by_call = document.get("by_call", False)  # absent in version 1
    if not rows:
        raise UnusableError("the proof holds no rows")
    if by_call == engine.joinable:
        raise UnusableError("the proof is for other models")
    scores = np.load(folder / SCORES_FILE, allow_pickle=False)
    stored = _StoredAnswers(folder, document["fed"]) if by_call else None
    start = 0
    for number, call in enumerate(calls_of(schema, rows)):
        places = call.positions
        if stored is not None:
            places = np.arange(start, start + len(places))
            start += len(places)
            stored.call = number
        got = engine.predict_watched(Request(call.table), stored)
        wanted = None if labels is None else [labels[place] for place in places]
        require_equal(got, wanted, scores[places], call.how)
    return len(rows)


class _StoredAnswers:
    """What models answered at training, for what they were given there; see `Watch`.

    Attributes:
        call: the number of the call that is answered.
    """

    def __init__(self, folder: Path, fed: Mapping[str, str]) -> None:
        with np.load(folder / BY_CALL_FILE, allow_pickle=False) as stored:
            self._answers = dict(stored)
        self._fed = fed
        self.call = 0

    def __call__(self, model: str, fed: Sequence[Any], compute: Callable[[], Any]) -> Any:  # noqa: ARG002
        key = answer_key(self.call, model)
        if digest_of(fed) != self._fed[key]:
            raise UnusableError(f"what it gives {model} differs from what AutoGluon gives it")
        return self._answers[key]


def answer_key(call: int, model: str) -> str:
    """Return the name of a model's answer to a call in `proof_by_call.npz`."""
    return f"{call}-{model.encode().hex()}"


def digest_of(arrays: Sequence[Any]) -> str:
    """Return the SHA-256 of what a model is given."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _require_versions(trained: Mapping[str, str | None], libraries: Sequence[str]) -> None:
    found = installed_versions()
    for name, version in trained.items():
        if name in libraries and found.get(name) != version:
            raise UnusableError(f"{name} is {found.get(name)} here and was {version} at training")


def require_equal(predictions: Predictions, labels: Any, scores: Any, how: str) -> None:
    """Refuse predictions that are not AutoGluon's to the last bit.

    Raises:
        UnusableError: they are not.
    """
    got_labels, got_scores = compared(predictions)
    same = got_scores.shape == scores.shape and np.array_equal(got_scores, scores, equal_nan=True)
    if not same or got_labels != labels:
        raise UnusableError(
            f"its answers to the stored rows, predicted {how}, differ from AutoGluon's"
        )


def compared(predictions: Predictions) -> tuple[list[Any] | None, Any]:
    """Return labels of classes, and all numbers as float64 (rows, columns)."""
    numbers = predictions.probabilities or predictions.labels
    scores = np.column_stack([np.asarray(values, np.float64) for values in numbers.values()])
    if not predictions.probabilities:
        return None, scores
    (labels,) = predictions.labels.values()
    return np.asarray(labels).tolist(), scores

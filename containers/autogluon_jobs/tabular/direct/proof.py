"""Prove at start-up that the direct path answers as AutoGluon did when it was trained.

Equality is defined per call: the same rows in one call have AutoGluon's bits. The proof's calls are
all rows together, the same rows in a large request, and each row alone. `proof.json` holds the rows
as list of lists in the schema's order, some with missing and unseen values, and AutoGluon's labels;
`proof_scores.npy` holds its numbers.

Where models add up rows on their own, `by_call` is false: AutoGluon was asked once, and every call
has to give the same. Where some are left to AutoGluon, whose last bits may depend on the rows that
share the call, `by_call` is true: the answers are those to each call, one after the other. Those
models' own bits also depend on the processor and its cores. They are AutoGluon's wherever they run,
so what is proved is the rest: the features that they are given (`features`, a digest for each call)
and what is made of their answers, which `proof_outside.npz` holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
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
from autogluon_jobs.tabular.direct.features.encoding import Encoded
from autogluon_jobs.tabular.direct.files.artifact_files import (
    OUTSIDE_FILE,
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


def prove(folder: Path, schema: FeatureSchema, engine: DirectEngine) -> int:
    """Hold the engine to the stored answers; see the module.

    Returns:
        How many rows were compared.

    Raises:
        UnusableError: other library versions than at training, or a first call that differs.
    """
    document = json.loads((folder / PROOF_FILE).read_text(encoding="utf-8"))
    _require_versions(document["versions"])
    rows, labels, by_call = document["rows"], document["labels"], document["by_call"]
    if not rows:
        raise UnusableError("the proof holds no rows")
    if by_call == engine.joinable:
        raise UnusableError("the proof is for other models")
    scores = np.load(folder / SCORES_FILE, allow_pickle=False)
    outside = _StoredMembers(folder, document["features"]) if by_call else None
    start = 0
    for number, call in enumerate(calls_of(schema, rows)):
        places = call.positions
        if outside is not None:
            places = np.arange(start, start + len(places))
            start += len(places)
            outside.turn_to(number)
        got = engine.predict_with(outside, Request(call.table))
        wanted = None if labels is None else [labels[place] for place in places]
        require_equal(got, wanted, scores[places], call.how)
    return len(rows)


class _StoredMembers:
    """What models left to AutoGluon answered at training; see `OutsideMembers`."""

    def __init__(self, folder: Path, features: Sequence[str]) -> None:
        with np.load(folder / OUTSIDE_FILE, allow_pickle=False) as stored:
            self._answers = dict(stored)
        self._features = features
        self._call = 0

    def turn_to(self, call: int) -> None:
        """Answer what was answered to this call from now on."""
        self._call = call

    def frame(self, encoded: Encoded) -> None:
        if digest_of(encoded) != self._features[self._call]:
            raise UnusableError("its features of the stored rows differ from those at training")

    def predict(self, name: str, frame: None, below: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return self._answers[answer_key(self._call, name)]


def answer_key(call: int, model: str) -> str:
    """Return the name of a model's answer to a call in `proof_outside.npz`."""
    return f"{call}-{model.encode().hex()}"


def digest_of(encoded: Encoded) -> str:
    """Return the SHA-256 of encoded features."""
    digest = hashlib.sha256(np.ascontiguousarray(encoded.matrix).tobytes())
    for at, values in sorted(encoded.wide.items()):
        digest.update(f"{at}".encode() + values.tobytes())
    return digest.hexdigest()


def _require_versions(trained: Mapping[str, str | None]) -> None:
    found = installed_versions()
    for name, version in trained.items():
        if found.get(name) != version:
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

"""The direct path answers what AutoGluon answers, to the last bit and the same type."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest

from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.schema.frames import frame_of
from tests.unit.containers.direct.conftest import Trained, digits_csv, holdout

BODIES = {
    "ensemble": lambda: holdout("income"),
    "stack": lambda: holdout("income"),
    "housing": lambda: holdout("housing"),
    "digits": lambda: digits_csv(slice(None)),
    "quantiles": lambda: holdout("housing")[:40_000].rsplit(b"\n", 1)[0],
}


@pytest.fixture(params=BODIES)
def case(request: pytest.FixtureRequest) -> tuple[Trained, Request]:
    trained: Trained = request.getfixturevalue(request.param)
    return trained, parse_csv(RowReader(trained.schema), BODIES[request.param]())


def require_equal(got: Predictions, wanted: Predictions) -> None:
    assert list(got.cells()) == list(wanted.cells())
    for name, values in wanted.cells().items():
        np.testing.assert_array_equal(np.asarray(got.cells()[name]), np.asarray(values), name)
        assert got.cells()[name].dtype == values.dtype, name


def test_whole_file_together(case):
    trained, request = case
    require_equal(trained.direct.predict(request), trained.autogluon.predict(request))


def test_rows_alone_equal_the_file(case):
    trained, request = case
    together = trained.direct.predict(request)
    for at in random.Random(1).sample(range(len(request)), 40):
        part = {name: values[at : at + 1] for name, values in request.given.columns.items()}
        alone = FeatureTable.of_columns(trained.schema.features, part)
        require_equal(trained.direct.predict(Request(alone)), together.part(at, at + 1))


def test_every_model_of_the_artifact_can_be_asked(case):
    trained, request = case
    few = Request(joined_head(request, 200))
    names = trained.autogluon.predictor.model_names(can_infer=True)
    assert sorted(names) == sorted(trained.direct.models)
    for name in names:
        asked = Request(few.given, options={"model": name})
        require_equal(trained.direct.predict(asked), trained.autogluon.predict(asked))


def joined_head(request: Request, rows: int) -> FeatureTable:
    table = request.given
    columns = {name: values[:rows] for name, values in table.columns.items()}
    return FeatureTable.of_columns(table.features, columns)


@pytest.mark.parametrize("name", ["ensemble", "stack", "housing"])
def test_missing_and_unseen_values_alone_and_together(name, request):
    trained: Trained = request.getfixturevalue(name)
    rows = odd_rows(trained, BODIES[name](), count=60)
    whole = Request(table_of_lists(RowReader(trained.schema), rows))
    truth = trained.autogluon.predict(whole)
    require_equal(trained.direct.predict(whole), truth)
    for at, row in enumerate(rows):
        alone = Request(table_of_lists(RowReader(trained.schema), [row]))
        assert alone.given.rows is not None  # read as a single row, not by columns
        require_equal(trained.direct.predict(alone), truth.part(at, at + 1))


def odd_rows(trained: Trained, body: bytes, count: int) -> list[list[Any]]:
    dice = random.Random(5)
    table = joined_head(parse_csv(RowReader(trained.schema), body), count)
    frame = frame_of(table).astype(object).where(frame_of(table).notna(), None)
    rows = [list(row) for row in frame.itertuples(index=False)]
    for row in rows:
        for at, feature in enumerate(trained.schema.features):
            if feature.kind == "int" and not feature.allowed:
                row[at] = dice.choice([row[at], 0, -1, 2**53 + 1, -(2**63), 2**63 - 1])
            elif feature.nullable and dice.random() < 0.4:
                row[at] = dice.choice([None, "never seen", "ünseen"][: 1 + 2 * bool(
                    feature.kind == "category")])  # fmt: skip
            elif feature.kind == "float" and dice.random() < 0.3:
                row[at] = dice.choice([0.1, -0.0, 1e38, -1e-300, 16777217.0])
    return json.loads(json.dumps(rows))  # what arrives has Python's own types


def test_decision_threshold_of_the_request(ensemble):
    table = joined_head(parse_csv(RowReader(ensemble.schema), holdout("income")), 300)
    scores = ensemble.direct.predict(Request(table)).probabilities[">50K_proba"]
    asked = Request(table, options={"decision_threshold": float(np.quantile(scores, 0.3))})
    wanted = ensemble.autogluon.predict(asked)
    require_equal(ensemble.direct.predict(asked), wanted)
    labels = np.asarray(wanted.labels["class"])
    assert (labels == ">50K").sum() == (scores > np.quantile(scores, 0.3)).sum() > 150


def test_number_that_no_forest_can_hold_is_refused_by_row(housing):
    rows = odd_rows(housing, holdout("housing"), count=3)
    rows[1][0] = 1e300
    with pytest.raises(InputError, match=r"row 2 .* 3\.4e38"):
        housing.direct.predict(Request(table_of_lists(RowReader(housing.schema), rows)))


def test_frames_are_taken_as_tables_are(ensemble):
    request = Request(joined_head(parse_csv(RowReader(ensemble.schema), holdout("income")), 300))
    engine: Engine = ensemble.direct
    require_equal(engine.predict(Request(request.features)), engine.predict(request))

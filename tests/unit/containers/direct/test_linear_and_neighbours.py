"""Linear models and nearest neighbours, by every way in which scikit-learn computes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.messages.errors import RowError
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError
from autogluon_jobs.tabular.direct.members.members import load_member
from tests.unit.containers.direct.conftest import (
    LINEAR,
    Trained,
    digits_csv,
    fitted,
    head,
    holdout,
)
from tests.unit.containers.direct.test_equality import odd_rows, require_equal

NEIGHBOURS: list[dict[str, Any]] = [
    {},
    {"weights": "distance", "n_neighbors": 12},
    {"algorithm": "ball_tree", "p": 1, "weights": "distance"},
    {"algorithm": "brute", "n_neighbors": 9},
    {"algorithm": "brute", "weights": "distance"},
]
LINES: list[dict[str, Any]] = [LINEAR, LINEAR | {"proc.skew_threshold": None}]
CASES: dict[str, Any] = {
    "binary": (lambda: head("income", 500), lambda: holdout("income"), {"label": "class"}, LINES),
    "regression": (
        lambda: head("housing", 500), lambda: holdout("housing"),
        {"label": "Price", "problem_type": "regression"}, [LINEAR, LINEAR | {"penalty": "L1"}],
    ),
    "multiclass": (
        lambda: digits_csv(slice(None)), lambda: digits_csv(slice(None)).encode(),
        {"label": "digit", "problem_type": "multiclass", "eval_metric": "log_loss"}, [LINEAR],
    ),
}  # fmt: skip


def outcome(engine: Engine, request: Request) -> Any:
    try:
        return engine.predict(request)
    except ValueError as error:
        return error


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    train, test, init_args, lines = CASES[request.param]
    folder = tmp_path_factory.mktemp("linear_and_neighbours")
    models = {"LR": lines, "KNN": NEIGHBOURS}
    return fitted(folder, train(), init_args, hyperparameters=models), test()


def test_every_way_gives_autogluons_bits_in_each_call(case: tuple[Trained, bytes]) -> None:
    trained, body = case
    assert trained.direct.left_to_autogluon == ()
    table = parse_csv(RowReader(trained.schema), body).given.part(0, 600)
    calls = [table, table.part(0, 300), table.part(7, 20), *(table.row(at) for at in range(6))]
    for name in trained.direct.models:
        for call in calls:
            asked = Request(call, options={"model": name})
            got, wanted = trained.direct.predict(asked), trained.autogluon.predict(asked)
            for column, values in wanted.cells().items():
                np.testing.assert_array_equal(got.cells()[column], values, name)


@pytest.mark.parametrize("value", [3.5e38, 1e300])
def test_numbers_that_cannot_be_scaled_are_refused_as_autogluon_does(
    case: tuple[Trained, bytes], value: float
) -> None:
    trained, body = case
    columns = dict(parse_csv(RowReader(trained.schema), body).given.part(0, 6).columns)
    for item in trained.schema.features:
        if item.kind == "float":
            columns[item.name] = np.where(np.arange(6) == 3, value, columns[item.name])
    table = FeatureTable.of_columns(trained.schema.features, columns)
    for name in trained.direct.models:
        asked = Request(table, options={"model": name})
        got, wanted = (outcome(engine, asked) for engine in (trained.direct, trained.autogluon))
        if isinstance(wanted, RowError):  # both name the row
            assert (str(got), got.positions) == (str(wanted), wanted.positions)
        else:
            require_equal(got, wanted)


def test_missing_and_unseen_values_alone_and_together(case: tuple[Trained, bytes]) -> None:
    trained, body = case
    reader = RowReader(trained.schema)
    rows = odd_rows(trained, body, count=24)
    for name in trained.direct.models:
        for call in (rows, rows[:1], rows[-1:]):
            asked = Request(table_of_lists(reader, call), options={"model": name})
            got, wanted = (outcome(engine, asked) for engine in (trained.direct, trained.autogluon))
            if isinstance(wanted, ValueError):  # of scikit-learn: some row has no near neighbour
                assert isinstance(got, RowError)
                assert "too far from" in str(got)
            else:
                require_equal(got, wanted)


def test_trees_and_sparse_matrices_answer_each_row_on_its_own(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    trained = fitted(
        tmp_path_factory.mktemp("joinable"), head("income", 400), {"label": "class"},
        hyperparameters={"LR": LINEAR, "KNN": {}},
    )  # fmt: skip
    assert trained.direct.left_to_autogluon == ()
    assert trained.direct.joinable


def test_files_of_another_link_are_refused(tmp_path: Path) -> None:
    arrays = {name: np.zeros(1) for name in ("fills", "means", "scales", "coefficients")}
    np.savez(tmp_path / "0.npz", intercept=np.zeros(1), **arrays)
    parts: dict[str, Any] = {"quantiles": [], "plain": [], "one_hot": [], "embedded": []}
    node = parts | {"columns": [0], "width": 1, "scaled": [[0, 0]], "file": "0.npz"}
    with pytest.raises(UnusableError, match='the link "probit" is not known'):
        load_member(node | {"kind": "linear", "link": "probit", "one_by_one": False}, tmp_path)

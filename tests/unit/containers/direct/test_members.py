"""Every kind of member that has a direct form, in every problem it knows, against AutoGluon."""

from __future__ import annotations

import random
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
from tests.unit.containers.direct.conftest import (
    FOREST,
    GBM,
    Trained,
    digits_csv,
    fitted,
    head,
    holdout,
)
from tests.unit.containers.direct.test_equality import joined_head, odd_rows, require_equal

MEMBERS: dict[str, dict[str, Any]] = {
    "GBM": GBM,
    "XGB": {"n_estimators": 12},
    "CAT": {"iterations": 24},
    "XT": FOREST,
    "RF": FOREST,
}
BAG: dict[str, Any] = {
    "num_bag_folds": 2,
    "num_stack_levels": 1,
    "dynamic_stacking": False,
}


def joined_lines(text: bytes, count: int) -> bytes:
    """The header and the first rows."""
    return b"\n".join(text.splitlines()[: count + 1])


QUANTILE = {"problem_type": "quantile", "quantile_levels": [0.1, 0.5, 0.9]}
CASES: dict[str, Any] = {
    "binary": (
        lambda: head("income", 1500), lambda: holdout("income"),
        {"label": "class"}, {},
    ),
    "binary, many categories": (
        lambda: head("income", 2500), lambda: holdout("income"),
        {"label": "class", "eval_metric": "roc_auc"},
        {"hyperparameters": {"XGB": {"n_estimators": 12, "proc.max_category_levels": 4},
                             "CAT": {"iterations": 60, "max_ctr_complexity": 4, "depth": 5,
                                     "one_hot_max_size": 6}}},
    ),
    "binary, stacked": (
        lambda: head("income", 600), lambda: holdout("income"),
        {"label": "class", "eval_metric": "log_loss"}, BAG,
    ),
    "multiclass": (
        lambda: digits_csv(slice(None)), lambda: digits_csv(slice(None)).encode(),
        {"label": "digit", "problem_type": "multiclass"}, {},
    ),
    "multiclass, stacked": (
        lambda: head("income", 700), lambda: joined_lines(holdout("income"), 1500),
        {"label": "relationship", "problem_type": "multiclass", "eval_metric": "log_loss"},
        BAG | {"hyperparameters": {"XGB": {"n_estimators": 6}, "CAT": {"iterations": 12}}},
    ),
    "regression": (
        lambda: head("housing", 1500), lambda: holdout("housing"),
        {"label": "Price", "problem_type": "regression"}, {},
    ),
    "quantile": (
        lambda: head("housing", 600), lambda: holdout("housing"),
        {"label": "Price"} | QUANTILE,
        {"hyperparameters": {"GBM": GBM, "CAT": {"iterations": 24}}},
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A predictor of all members, none left out for being weak, and the file to predict."""
    train, test, init_args, fit_args = CASES[request.param]
    folder = tmp_path_factory.mktemp("members")
    return fitted(folder, train(), init_args, **{"hyperparameters": MEMBERS} | fit_args), test()


def names_of(trained: Trained) -> list[str]:
    names: list[str] = trained.autogluon.predictor.model_names(can_infer=True)
    return names


def test_no_member_is_left_to_autogluon(case):
    trained, _ = case
    foreign = {
        name: node["foreign"]
        for name, node in trained.direct._graph._nodes.items()
        if "foreign" in node
    }
    assert foreign == {}


def test_every_model_answers_the_whole_file_as_autogluon_does(case):
    trained, body = case
    request = parse_csv(RowReader(trained.schema), body)
    for name in names_of(trained):
        asked = Request(request.given, options={"model": name})
        require_equal(trained.direct.predict(asked), trained.autogluon.predict(asked))


def test_every_model_answers_rows_alone_as_the_file(case):
    trained, body = case
    table = joined_head(parse_csv(RowReader(trained.schema), body), 400)
    for name in names_of(trained):
        options = {"model": name}
        together = trained.direct.predict(Request(table, options=options))
        for at in random.Random(1).sample(range(400), 20):
            part = {key: values[at : at + 1] for key, values in table.columns.items()}
            alone = FeatureTable.of_columns(trained.schema.features, part)
            got = trained.direct.predict(Request(alone, options=options))
            require_equal(got, together.part(at, at + 1))


def test_every_model_answers_missing_and_unseen_values_as_autogluon_does(case):
    trained, body = case
    whole = table_of_lists(RowReader(trained.schema), odd_rows(trained, body, count=60))
    for name in names_of(trained):
        asked = Request(whole, options={"model": name})
        require_equal(trained.direct.predict(asked), trained.autogluon.predict(asked))


@pytest.mark.parametrize("value", [3.5e38, -1e39, 1e300])
def test_every_model_takes_or_refuses_numbers_beyond_32_bits_as_autogluon_does(case, value):
    trained, body = case
    columns = dict(joined_head(parse_csv(RowReader(trained.schema), body), 6).columns)
    floats = [item.name for item in trained.schema.features if item.kind == "float"]
    for name in floats:
        columns[name] = np.where(np.arange(6) == 3, value, columns[name])
    table = FeatureTable.of_columns(trained.schema.features, columns)
    for name in names_of(trained):
        asked = Request(table, options={"model": name})
        got, wanted = (outcome(engine, asked) for engine in (trained.direct, trained.autogluon))
        if isinstance(wanted, RowError):
            assert str(got) == str(wanted)
            assert got.positions == wanted.positions == (3,)
        else:
            require_equal(got, wanted)


def outcome(engine: Engine, request: Request) -> Any:
    try:
        return engine.predict(request)
    except RowError as error:
        return error

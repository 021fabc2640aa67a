"""Members that only AutoGluon knows: they run on the encoded features, beside the exported ones."""

from __future__ import annotations

import html
import json
from pathlib import Path

import numpy as np
import pytest

from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.training_frames import prepare_data
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.engines.engine_choice import choose_engine
from autogluon_jobs.tabular.training.export_direct import slow_parts
from tests.unit.containers.direct.conftest import (
    CANBERRA,
    FOREST,
    GBM,
    LINEAR,
    Trained,
    fitted,
    head,
    holdout,
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Every kind of member in two layers of a bag; one kind of neighbours has no export."""
    models = {"GBM": GBM, "XT": FOREST, "XGB": {"n_estimators": 8}, "KNN": CANBERRA, "LR": LINEAR}
    return fitted(
        tmp_path_factory.mktemp("mixed"), head("income", 300), {"label": "class"},
        hyperparameters={1: models, 2: {"GBM": GBM}}, num_bag_folds=2, num_stack_levels=1,
        dynamic_stacking=False,
    )  # fmt: skip


def test_every_model_equals_autogluon(mixed, tmp_path: Path):
    (tmp_path / "rows.csv").write_text(head("income", 700), encoding="utf-8")
    data = prepare_data({"train": load_channel("train", tmp_path)}, "class")
    frame = data.train[list(mixed.schema.names)].copy()
    for item in mixed.schema.features:
        if item.kind == "category":
            frame[item.name] = frame[item.name].cat.set_categories(list(item.categories or ()))
    names = mixed.autogluon.predictor.model_names(can_infer=True)
    kinds = {name.split("_")[0] for name in names}
    assert {"LightGBM", "XGBoost", "KNeighbors", "LinearModel"} <= kinds
    foreign = {name for name, node in mixed.direct._graph._nodes.items() if "foreign" in node}
    assert {name.split("_")[0] for name in foreign} == {"KNeighbors"}
    for name in names:
        asked = Request(frame, options={"model": name})
        got, wanted = mixed.direct.predict(asked), mixed.autogluon.predict(asked)
        for column, values in wanted.cells().items():
            np.testing.assert_array_equal(got.cells()[column], values, name)


@pytest.mark.parametrize(("small_requests", "calls"), [(True, [50]), (False, [20, 20, 10])])
def test_batches_bound_what_is_encoded_at_once_and_requests_stay_whole(
    mixed, monkeypatch, small_requests, calls
):
    rules = len(mixed.direct._encoder.rules)
    # The calls of the proof are larger, and are not cut: it would not be the same proof.
    monkeypatch.setattr("autogluon_jobs.tabular.direct.engine._MOST_CELLS", 20 * rules)
    engine = choose_engine(mixed.artifact, mixed.schema, 1, small_requests=small_requests)
    assert isinstance(engine, DirectEngine)
    encode, sizes = engine._encoder.encode, []
    monkeypatch.setattr(
        engine._encoder, "encode", lambda part: sizes.append(len(part)) or encode(part)
    )
    rows = parse_csv(RowReader(mixed.schema), holdout("income")).given.part(0, 50)
    scores = engine.predict(Request(rows)).probabilities
    assert sizes == calls
    for name, values in mixed.autogluon.predict(Request(rows)).probabilities.items():
        np.testing.assert_allclose(scores[name], values, rtol=1e-5)


def test_requests_of_models_that_multiply_matrices_are_not_joined(mixed):
    assert not mixed.direct.joinable
    assert not mixed.autogluon.joinable


def test_the_job_says_in_a_sentence_what_takes_longer_and_why(train, mixed):
    assert slow_parts(mixed.artifact, None) == (
        "AutoGluon's own code serves a part of it, which takes longer: KNeighbors_BAG_L1, with the "
        "setting canberra."
    )
    trained = train(
        "slow", head("income", 300), {"label": "class"}, hyperparameters={"KNN": CANBERRA},
        fit_weighted_ensemble=False,
    )  # fmt: skip
    sentence = (
        "AutoGluon's own code serves the whole predictor, which takes longer: KNeighbors, with the "
        "setting canberra."
    )
    output = trained.artifact.parent / "output" / "data"
    metrics = json.loads((output / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["serving"]["slow_parts"] == sentence
    assert sentence in metrics["warnings"]
    page = html.unescape((output / "report.html").read_text(encoding="utf-8"))
    assert sentence in page


def test_nothing_is_said_where_the_direct_path_is_whole(ensemble):
    assert slow_parts(ensemble.artifact, None) is None

"""Members that only AutoGluon knows: they run on the encoded features, beside the exported ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.channel_table import load_channel
from autogluon_jobs.direct.export import export_direct
from autogluon_jobs.request import Request
from autogluon_jobs.schema_building import build_schema, feature_metadata
from autogluon_jobs.training_data import prepare_data
from tests.unit.containers.direct.conftest import FOREST, GBM, Trained, head


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Every kind of member in two layers of a bag, none left out for being weak."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "train.csv").write_text(head("income", 300), encoding="utf-8")
    data = prepare_data({"train": load_channel("train", folder)}, "class")
    features = [item for item in data.columns if item.name != "class"]
    models = {"GBM": GBM, "XT": FOREST, "CAT": {"iterations": 8}, "KNN": {}}
    predictor = TabularPredictor("class", path=str(folder / "model"), verbosity=0).fit(
        data.train, hyperparameters={1: models, 2: {"GBM": GBM}}, num_cpus=1,
        num_bag_folds=2, num_stack_levels=1, dynamic_stacking=False,
        ag_args_ensemble={"fold_fitting_strategy": "sequential_local"},
        feature_metadata=feature_metadata(features, data.train),
    )  # fmt: skip
    schema = build_schema(predictor, features, (), data.train)
    schema.save(folder / "model")
    assert export_direct(folder / "model", schema, data.train) is None
    return Trained(folder / "model")


def test_every_model_equals_autogluon(mixed, tmp_path: Path):
    (tmp_path / "rows.csv").write_text(head("income", 700), encoding="utf-8")
    data = prepare_data({"train": load_channel("train", tmp_path)}, "class")
    frame = data.train[list(mixed.schema.names)].copy()
    for item in mixed.schema.features:
        if item.kind == "category":
            frame[item.name] = frame[item.name].cat.set_categories(list(item.categories or ()))
    names = mixed.autogluon.predictor.model_names(can_infer=True)
    kinds = {name.split("_")[0] for name in names}
    assert {"LightGBM", "CatBoost", "KNeighbors"} <= kinds
    for name in names:
        asked = Request(frame, options={"model": name})
        got, wanted = mixed.direct.predict(asked), mixed.autogluon.predict(asked)
        for column, values in wanted.cells().items():
            np.testing.assert_array_equal(got.cells()[column], values, name)

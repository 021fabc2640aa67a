"""AutoGluon's own engine, made quick for few rows, answers what it answered before, bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.training_frames import prepare_data
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.schema.frames import frame_of
from autogluon_jobs.tabular.compiled import members, predictor
from autogluon_jobs.tabular.compiled.members import CompiledMember
from autogluon_jobs.tabular.compiled.probe_rows import probe_table, splits_of
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError
from autogluon_jobs.tabular.engines.autogluon_engine import AutoGluonEngine
from autogluon_jobs.tabular.engines.engine_choice import choose_engine
from autogluon_jobs.tabular.prediction.threads import ROWS_PER_THREAD, members_of
from autogluon_jobs.tabular.training.export_direct import export_direct
from autogluon_jobs.tabular.training.schema_building import build_schema, feature_metadata
from tests.unit.containers import shop_data
from tests.unit.containers.direct.conftest import CANBERRA, FOREST, GBM, Trained, head, holdout
from tests.unit.containers.direct.test_equality import (
    BODIES,
    joined_head,
    odd_rows,
    require_equal,
)

MEMBERS = {"ensemble": 2, "stack": 4, "housing": 2, "digits": 3, "quantiles": 1}


def compiled(trained: Trained) -> AutoGluonEngine:
    return AutoGluonEngine.load(trained.artifact, trained.schema, cores=2, compiled=True)


def compiled_members(engine: AutoGluonEngine) -> list[str]:
    trainer = engine.predictor._trainer
    return [
        type(member).__name__
        for name in trainer.get_model_names()
        for member in members_of(trainer.load_model(name))
        if isinstance(member._predict_proba, CompiledMember)
    ]


@pytest.mark.parametrize("name", MEMBERS)
def test_few_rows_alone_and_together_get_autogluons_bits_from_every_model(name, request):
    trained: Trained = request.getfixturevalue(name)
    engine = compiled(trained)
    assert len(compiled_members(engine)) == MEMBERS[name]
    table = joined_head(parse_csv(RowReader(trained.schema), BODIES[name]()), 60)
    for model in engine.predictor.model_names(can_infer=True):
        options = {"model": model}
        truth = trained.autogluon.predict(Request(table, options=options))
        require_equal(engine.predict(Request(table, options=options)), truth)
        for at in (0, 7, 59):
            part = {column: values[at : at + 1] for column, values in table.columns.items()}
            alone = FeatureTable.of_columns(table.features, part)
            got = engine.predict(Request(alone, options=options))
            require_equal(got, truth.part(at, at + 1))


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A bag of two layers with every kind of member, none left out for being weak."""
    folder = tmp_path_factory.mktemp("layers")
    (folder / "train.csv").write_text(head("income", 300), encoding="utf-8")
    data = prepare_data({"train": load_channel("train", folder)}, "class")
    features = [item for item in data.columns if item.name != "class"]
    models = {"GBM": GBM, "XT": FOREST, "KNN": CANBERRA}
    fitted = TabularPredictor("class", path=str(folder / "model"), verbosity=0).fit(
        data.train, hyperparameters={1: models, 2: {"GBM": GBM, "RF": FOREST}}, num_cpus=1,
        num_bag_folds=2, num_stack_levels=1, dynamic_stacking=False,
        ag_args_ensemble={"fold_fitting_strategy": "sequential_local"},
        feature_metadata=feature_metadata(features, data.train),
    )  # fmt: skip
    build_schema(fitted, features, (), data.train).save(folder / "model")
    return Trained(folder / "model")


def test_models_stacked_on_others_get_autogluons_bits_beside_one_that_has_no_files(layers):
    engine = compiled(layers)
    # The best ensemble gives the forest above no weight, so it is not kept in memory.
    assert sorted(compiled_members(engine)) == ["LGBModel"] * 4 + ["XTModel"]
    table = joined_head(parse_csv(RowReader(layers.schema), BODIES["stack"]()), 30)
    names = engine.predictor.model_names(can_infer=True)
    assert len([name for name in names if name.endswith("_L2")]) >= 2
    for model in names:
        options = {"model": model}
        truth = layers.autogluon.predict(Request(table, options=options))
        require_equal(engine.predict(Request(table, options=options)), truth)
        first = Request(joined_head(Request(table), 1), options=options)
        require_equal(engine.predict(first), truth.part(0, 1))


@pytest.mark.parametrize("name", ["ensemble", "stack", "housing"])
def test_missing_unseen_and_huge_values_get_autogluons_bits(name, request):
    trained: Trained = request.getfixturevalue(name)
    engine = compiled(trained)
    rows = odd_rows(trained, BODIES[name](), count=60)
    truth = trained.autogluon.predict(Request(table_of_lists(RowReader(trained.schema), rows)))
    for at, row in enumerate(rows):
        alone = table_of_lists(RowReader(trained.schema), [row])
        assert alone.rows is not None
        require_equal(engine.predict(Request(alone)), truth.part(at, at + 1))


def test_number_that_no_forest_can_hold_is_refused_in_a_sentence(housing):
    rows = odd_rows(housing, holdout("housing"), count=3)
    rows[1][0] = 1e300
    with pytest.raises(InputError, match=r"row 2 .* 3\.4e38"):
        compiled(housing).predict(Request(table_of_lists(RowReader(housing.schema), rows)))


def test_many_rows_go_the_old_way(ensemble, monkeypatch):
    engine = compiled(ensemble)
    table = parse_csv(RowReader(ensemble.schema), holdout("income")).given
    many = Request(joined_head(Request(table), ROWS_PER_THREAD))
    truth = ensemble.autogluon.predict(many)
    monkeypatch.setattr(CompiledMember, "member", None, raising=False)
    trainer = engine.predictor._trainer
    for name in ("LightGBM", "ExtraTrees"):
        object.__setattr__(trainer.load_model(name)._predict_proba, "member", None)
    require_equal(engine.predict(many), truth)
    with pytest.raises(AttributeError):  # so few rows really take the compiled one
        engine.predict(Request(joined_head(Request(table), ROWS_PER_THREAD - 1)))


class Liar:
    """A member that is wrong about single rows, by one bit."""

    def __init__(self, member: Any) -> None:
        self._member = member

    def predict(self, inputs: Any, threads: int) -> Any:
        values = self._member.predict(inputs, threads)
        return np.nextafter(values, 2) if len(values) == 1 else values


def test_a_member_with_another_bit_is_left_to_autogluon_and_the_log_says_so(
    ensemble, monkeypatch, capfd
):
    load = members.load_member

    def lying(node: dict[str, Any], folder: Path) -> Any:
        member = load(node, folder)
        return Liar(member) if node["kind"] == "forest" else member

    monkeypatch.setattr(members, "load_member", lying)
    engine = compiled(ensemble)
    assert compiled_members(engine) == ["LGBModel"]
    log = capfd.readouterr().err
    assert "ExtraTrees is not compiled: rows 0 to 1 differ" in log
    assert "1 members are compiled" in log
    request = Request(joined_head(parse_csv(RowReader(ensemble.schema), holdout("income")), 20))
    require_equal(engine.predict(request), ensemble.autogluon.predict(request))


def test_features_without_a_rule_stay_autogluons_and_members_are_still_compiled(
    ensemble, monkeypatch, capfd
):
    def none(*_: Any) -> Any:
        raise NotExportableError("features made by TextNgramFeatureGenerator")

    monkeypatch.setattr(predictor, "encoding_rules", none)
    engine = compiled(ensemble)
    assert len(compiled_members(engine)) == 2
    assert "AutoGluon's (features made by TextNgram" in capfd.readouterr().err
    request = Request(joined_head(parse_csv(RowReader(ensemble.schema), holdout("income")), 20))
    require_equal(engine.predict(request), ensemble.autogluon.predict(request))


def test_a_failure_while_compiling_leaves_a_server_that_answers(ensemble, monkeypatch, capfd):
    monkeypatch.setattr(predictor, "probe_table", lambda *_: 1 / 0)
    engine = compiled(ensemble)
    assert compiled_members(engine) == []
    assert "through AutoGluon alone (ZeroDivisionError" in capfd.readouterr().err
    request = Request(joined_head(parse_csv(RowReader(ensemble.schema), holdout("income")), 5))
    require_equal(engine.predict(request), ensemble.autogluon.predict(request))


def test_texts_and_dates_beside_numbers_get_autogluons_bits(train):
    csv = shop_data.csv_of(shop_data.rows(300, seed=1))
    models = {"GBM": GBM, "XT": FOREST}
    trained = train("texts", csv, {"label": shop_data.LABEL}, hyperparameters=models)
    engine = compiled(trained)
    assert compiled_members(engine)
    request = parse_csv(
        RowReader(trained.schema), shop_data.csv_of(shop_data.rows(40, seed=2)).encode()
    )
    truth = trained.autogluon.predict(request)
    require_equal(engine.predict(request), truth)
    first = Request(joined_head(request, 1))
    require_equal(engine.predict(first), truth.part(0, 1))


def test_a_calibrated_model_on_its_own_is_exported_and_compiled(train, tmp_path):
    text = head("income", 500)
    init_args = {"label": "class", "eval_metric": "log_loss"}
    trained = train("calibrated", text, init_args, hyperparameters={"GBM": GBM},
                    fit_weighted_ensemble=False)  # fmt: skip
    trainer = TabularPredictor.load(str(trained.artifact), verbosity=0)._trainer
    model = trainer.load_model("LightGBM")
    model.temperature_scalar = 1.37  # as AutoGluon does with enough rows, and torch
    trainer.save_model(model)
    (tmp_path / "train.csv").write_text(text, encoding="utf-8")
    rows = prepare_data({"train": load_channel("train", tmp_path)}, "class").train
    assert export_direct(trained.artifact, trained.schema, rows) is None
    request = Request(joined_head(parse_csv(RowReader(trained.schema), holdout("income")), 30))
    truth = trained.autogluon.predict(request)
    require_equal(trained.direct.predict(request), truth)
    require_equal(compiled(trained).predict(request), truth)


@pytest.mark.parametrize("small", [True, False])
def test_only_a_server_of_small_requests_pays_for_them(ensemble, tmp_path, small):
    engine = choose_engine(_without_direct(ensemble, tmp_path), ensemble.schema, 1,
                           small_requests=small)  # fmt: skip
    assert bool(compiled_members(engine)) is small


def _without_direct(trained: Trained, folder: Path) -> Path:
    for item in trained.artifact.iterdir():
        if item.name != "direct":
            (folder / item.name).symlink_to(item)
    return folder


FEATURES = (
    Feature("whole", "int", "int64", nullable=False),
    Feature("real", "float", "float64", nullable=True),
    Feature("flag", "bool", "bool", nullable=False),
    Feature("pair", "category", "category", nullable=False, categories=("a", "b", "c"),
            allowed=("a", "c")),
    Feature("word", "text", "object", nullable=True),
    Feature("day", "datetime", "datetime64[ns]", nullable=True),
)  # fmt: skip


def test_probe_rows_are_what_a_request_could_hold():
    schema = FeatureSchema("y", "regression", FEATURES)
    table = probe_table(schema, {"word": ["hello"], "real": np.array([0.5])}, 300)
    rows = list(zip(*(table.rows or ()), strict=True))
    assert all(type(value) is int for value in rows[0])
    assert any(np.isnan(rows[1]))
    assert 0.5 in rows[1]
    assert {np.float32(0.5) < value < 0.5001 for value in rows[1]} == {True, False}
    assert [set(values) for values in rows[2:4]] == [{0, 1}, {0, 2}]
    assert set(rows[4]) == {"hello", None, "a value that no training row has"}
    assert frame_of(table)["day"].isna().any()
    again = probe_table(schema, {"word": ["hello"], "real": np.array([0.5])}, 300)
    assert repr(again.rows) == repr(table.rows)


def test_probe_numbers_lie_on_both_sides_of_the_forests_splits(ensemble):
    trainer = ensemble.autogluon.predictor._trainer
    models = [trainer.load_model(name) for name in trainer.get_model_names()]
    members = [member for model in models for member in members_of(model)]
    splits = splits_of(members, ensemble.schema)
    assert {"age", "hours-per-week"} <= splits.keys()
    assert "education" not in splits  # whose splits are between codes
    table = probe_table(ensemble.schema, splits, 128)
    ages, known = table.columns["age"], splits["age"]
    assert len(set(np.searchsorted(known, ages).tolist())) > len(known) / 3

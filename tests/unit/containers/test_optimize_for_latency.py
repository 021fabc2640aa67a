"""`optimize_for: latency`: the fastest good model is kept, and what that costs is told."""

from __future__ import annotations

from typing import Any

import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.jobs.train import main
from autogluon_jobs.serving.served_model import load_model
from autogluon_jobs.tabular.training import model_choice
from autogluon_jobs.tabular.training.model_speed import Speed
from tests.unit.containers import shop_data
from tests.unit.containers.direct.conftest import head, holdout
from tests.unit.containers.job_folder import JobFolder

MODELS = {"GBM": {"num_boost_round": 25}, "XT": {"n_estimators": 8, "max_leaf_nodes": 40}}
SEQUENTIAL = {"ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"}}
SLOW, QUICK = Speed(9.0, "autogluon"), Speed(0.2, "direct")


def trained(job: JobFolder, loss: float, *, test: bool = True, **changes: Any) -> dict[str, Any]:
    job.put("train", "train.csv", shop_data.csv_of(shop_data.rows(300, seed=1)))
    if test:
        job.put("test", "test.csv", shop_data.csv_of(shop_data.rows(150, seed=3)))
    fit = {"hyperparameters": MODELS, "num_cpus": 1} | SEQUENTIAL | changes.pop("fit_args", {})
    serving = {"optimize_for": "latency", "max_score_loss": loss}
    reading = {"keep_na": ["grade"]}
    job.put_job(shop_data.LABEL, serving=serving, fit_args=fit, reading=reading, **changes)
    assert main([], job.environ()) == 0, job.failure
    return job.metrics()


@pytest.fixture
def speeds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Speed]:
    """Every model is slow; the test says which are quick."""
    found: dict[str, Speed] = {}
    monkeypatch.setattr(
        model_choice, "speed_of", lambda _predictor, model, *_: found.get(model, SLOW)
    )
    return found


def best_of_the_fast(measured: list[dict[str, Any]]) -> set[str]:
    """Return the models that may be chosen; which is the fastest, the machine decides.

    The times are rounded in the metrics, so one at the limit may count or not.
    """
    fastest = min(item["milliseconds"] for item in measured)
    models = set()
    for limit in (fastest * 1.099, fastest * 1.101):
        fast = [item for item in measured if item["milliseconds"] <= limit]
        score = max(item["score_val"] for item in fast)
        models |= {item["model"] for item in fast if item["score_val"] == score}
    return models


def test_a_really_measured_choice_is_served_and_its_price_is_in_the_metrics(job):
    job.put("train", "train.csv", head("income", 900))
    job.put("test", "test.csv", holdout("income"))
    serving = {"optimize_for": "latency", "max_score_loss": 0.5}
    fit = {"hyperparameters": MODELS, "num_cpus": 1}
    job.put_job("class", serving=serving, fit_args=fit)
    assert main([], job.environ()) == 0, job.failure
    metrics = job.metrics()
    serving = metrics["serving"]
    assert serving["optimize_for"] == "latency"
    assert serving["most_accurate"] == "WeightedEnsemble_L2"
    assert serving["chosen"] == metrics["best_model"]
    measured = {item["model"]: item for item in serving["measured"]}
    assert measured.keys() == {"WeightedEnsemble_L2", "LightGBM", "ExtraTrees"}
    assert serving["chosen"] in best_of_the_fast(serving["measured"])
    assert {item["engine"] for item in measured.values()} == {"direct"}
    assert all(item["milliseconds"] > 0 for item in measured.values())
    best, chosen = measured[serving["most_accurate"]], measured[serving["chosen"]]
    for key in ("score_val", "score_test"):
        assert serving["given_up"][key] == pytest.approx(best[key] - chosen[key])
    ratio = best["milliseconds"] / chosen["milliseconds"]
    assert serving["times_faster"] == pytest.approx(ratio, abs=0.1)
    assert metrics["metrics"][metrics["eval_metric"]] == pytest.approx(chosen["score_test"])
    model = load_model(job.model, {})
    assert model.engine.name == "direct"
    # The chosen one, and where that is an ensemble, the members that have weight.
    trainer = TabularPredictor.load(str(job.model))._trainer
    assert sorted(model.engine.models) == sorted(trainer.get_minimum_model_set(serving["chosen"]))
    assert not list(job.model.parent.glob("*measured*"))


def test_a_model_beyond_the_allowed_loss_is_not_even_measured(job, speeds):
    speeds["ExtraTrees"] = QUICK
    serving = trained(job, loss=0.0)["serving"]
    assert "ExtraTrees" not in {item["model"] for item in serving["measured"]}
    assert serving["chosen"] == serving["most_accurate"] == "WeightedEnsemble_L2"
    assert serving["given_up"] == {"score_val": 0.0, "score_test": 0.0}
    assert serving["times_faster"] == 1.0


def test_of_models_about_as_fast_the_better_one_is_kept(job, speeds):
    speeds |= {"LightGBM": Speed(0.21, "direct"), "ExtraTrees": QUICK}
    metrics = trained(job, loss=0.5, test=False)
    by_model = {item["model"]: item for item in metrics["serving"]["measured"]}
    better = max(("LightGBM", "ExtraTrees"), key=lambda name: by_model[name]["score_val"])
    assert by_model["LightGBM"]["score_val"] != by_model["ExtraTrees"]["score_val"]
    assert metrics["best_model"] == better
    assert metrics["serving"]["given_up"].keys() == {"score_val"}
    score = metrics["metrics"][metrics["eval_metric"]]
    assert score == pytest.approx(by_model[better]["score_val"])


def test_an_error_may_grow_by_its_share(job, speeds, monkeypatch):
    speeds["ExtraTrees"] = QUICK
    board = TabularPredictor.leaderboard

    def scored(self: TabularPredictor, *args: Any, **kwargs: Any) -> Any:
        table = board(self, *args, **kwargs)
        scores = {"WeightedEnsemble_L2": -200.0, "LightGBM": -202.1, "ExtraTrees": -202.0}
        return table.assign(score_val=table["model"].map(scores))

    monkeypatch.setattr(TabularPredictor, "leaderboard", scored)
    serving = trained(job, loss=0.01)["serving"]
    assert {item["model"] for item in serving["measured"]} == {"WeightedEnsemble_L2", "ExtraTrees"}
    assert serving["given_up"]["score_val"] == pytest.approx(2.0)


def test_refitted_models_are_chosen_among_themselves(job, speeds):
    speeds |= {"LightGBM_BAG_L1": QUICK, "LightGBM_BAG_L1_FULL": Speed(0.3, "direct")}
    fit = {"num_bag_folds": 2, "num_stack_levels": 0, "refit_full": True,
           "set_best_to_refit_full": True, "dynamic_stacking": False}  # fmt: skip
    metrics = trained(job, loss=0.5, fit_args=fit)
    assert metrics["best_model"] == "LightGBM_BAG_L1_FULL"
    assert all(item["model"].endswith("_FULL") for item in metrics["serving"]["measured"])


def test_a_decision_threshold_is_found_anew_for_the_chosen_model(job, speeds, monkeypatch):
    speeds["ExtraTrees"] = QUICK
    found = []
    calibrate = TabularPredictor.calibrate_decision_threshold

    def remembered(self: TabularPredictor, *args: Any, **kwargs: Any) -> float:
        threshold = calibrate(self, *args, **kwargs) if found else 0.37
        found.append((self.model_best, threshold))
        return float(threshold)

    monkeypatch.setattr(TabularPredictor, "calibrate_decision_threshold", remembered)
    init_args = {"label": shop_data.LABEL, "eval_metric": "f1"}
    trained(job, loss=0.5, init_args=init_args, fit_args={"calibrate_decision_threshold": True})
    assert [model for model, _ in found] == ["WeightedEnsemble_L2", "ExtraTrees"]
    served = TabularPredictor.load(str(job.model), verbosity=0)
    assert served.decision_threshold == found[-1][1]


def test_no_time_measures_the_best_alone_and_warns(job, speeds, monkeypatch):
    monkeypatch.setattr("autogluon_jobs.tabular.training.job._SHARE_FOR_CHOICE", 0.0)
    speeds["LightGBM"] = QUICK
    metrics = trained(job, loss=0.5)
    assert metrics["best_model"] == "WeightedEnsemble_L2"
    assert metrics["serving"]["not_measured"] == 2
    assert any("left out 2 others that are good enough" in text for text in metrics["warnings"])


def test_one_model_has_nothing_to_be_compared_with(job, speeds):
    serving = trained(job, loss=0.5, fit_args={"keep_only_best": True})["serving"]
    assert (serving["chosen"], serving["times_faster"]) == (serving["most_accurate"], 1.0)


def test_a_job_for_accuracy_says_so_and_measures_nothing(shop_job, speeds):
    assert shop_job.metrics()["serving"] == {"optimize_for": "accuracy"}


@pytest.mark.parametrize(
    ("serving", "sentence"),
    [
        (
            {"optimize_for": "speed"},
            "optimize_for: got 'speed' (str); allowed: one of 'accuracy', 'latency'",
        ),
        (
            {"optimise_for": "latency"},
            'serving.optimise_for: unknown key (did you mean "optimize_for"?)',
        ),
        (
            {"max_score_loss": 0.6},
            "max_score_loss: got 0.6 (float); allowed: a number from 0 to 0.5",
        ),
        ({"max_score_loss": True}, "max_score_loss: got true"),
        ([], "serving: got [] (list); allowed: an object"),
    ],
)
def test_a_goal_that_is_none_fails_before_anything_costs_time(job, serving, sentence):
    job.put("train", "train.csv", shop_data.csv_of(shop_data.rows(20, seed=1)))
    job.put_job(shop_data.LABEL, serving=serving)
    assert main([], job.environ()) != 0
    assert sentence in job.failure


def test_the_report_says_what_was_given_up_and_what_was_gained(job, speeds):
    speeds["ExtraTrees"] = QUICK
    metrics = trained(job, loss=0.5)
    (warning,) = metrics["warnings"]
    assert warning.startswith('Column "event_time" holds milliseconds since 1970')
    page = (job.output_data / "report.html").read_text(encoding="utf-8")
    assert "ExtraTrees is kept, chosen as the fastest of the good models" in page
    assert "ExtraTrees predicts a row 45 times faster than WeightedEnsemble_L2" in page
    assert "of validation score and" in page
    assert "ms per row" in page


def test_the_report_says_so_where_the_best_is_kept(job, speeds):
    trained(job, loss=0.5, test=False)
    page = (job.output_data / "report.html").read_text(encoding="utf-8")
    assert "no model that is nearly as good" in page

"""Settings that keep artifacts for further training, and what contradicts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, load_environment, parse_environment

EXAMPLES = Path(__file__).parents[3] / "examples" / "training"


def _refusal(schedule: dict[str, Any] | None = None, **changes: Any) -> str:
    predictor: dict[str, Any] = {
        "init_args": {"label": "y"},
        "training": {"further_training": True},
        **changes,
    }
    if schedule is not None:
        every = {"expression": "cron(0 5 * * ? *)", "workflow": "train"}
        data = {"train_data": "s3://{data_bucket}/new/", "from_model": "live"}
        predictor["schedules"] = {"new": {**every, "input": {**data, **schedule}}}
    with pytest.raises(SettingsError) as caught:
        parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")
    return str(caught.value)


def test_the_example_trains_the_live_model_further_each_day() -> None:
    settings = load_environment("further", EXAMPLES)

    assert settings.predictors["housing"].training.further_training
    [schedule] = settings.schedules.values()
    assert schedule.input["from_model"] == "live"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fit_args": {"save_space": True}}, "fit_args.save_space, which deletes"),
        ({"fit_args": {"keep_only_best": True}}, "fit_args.keep_only_best, which deletes"),
        ({"fit_args": {"presets": ["good", "optimize_for_deployment"]}}, "optimize_for_deployment"),
        (
            {"init_args": {"label": "y", "learner_kwargs": {"cache_data": False}}},
            "cache_data false, which keeps no training data",
        ),
        (
            {"type": "multimodal"},
            "type 'multimodal', whose artifacts can be trained further as they",
        ),
        ({"type": "timeseries", "init_args": {}}, "type 'timeseries', whose predictors AutoGluon"),
    ],
)
def test_what_keeps_too_little_is_refused(changes: dict[str, Any], problem: str) -> None:
    found = _refusal(**changes)

    assert "training.further_training: got true with" in found
    assert problem in found


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ({"method": "refit"}, "input.method: unknown method 'refit'; allowed: refit_full"),
        ({"fit_args": {"time_limit": 60}}, "input.fit_args.time_limit: unknown argument"),
        ({"method": "fit_extra"}, "input.fit_args.hyperparameters: missing; fit_extra needs it"),
    ],
)
def test_a_schedule_is_judged_by_its_method(schedule: dict[str, Any], problem: str) -> None:
    assert problem in _refusal(schedule)

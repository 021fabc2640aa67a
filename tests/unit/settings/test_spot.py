"""What `training.spot` and `training.checkpoints` mean, and which sentence refuses the rest."""

from typing import Any

import pytest

from autogluon_constructs.predictor.predictor_spec import _training
from autogluon_constructs.settings import SettingsError, parse_environment

SPOT = {"max_wait_seconds": 7200}


def _parse(training: dict[str, Any], **predictor: Any) -> Any:
    settings = {"init_args": {"label": "class"}, "training": training, **predictor}
    document = {"predictors": {"income": settings}}
    return parse_environment("dev", document, file="dev.yaml").predictors["income"].training


def test_spot_instances_bring_checkpoints_with_them() -> None:
    found = _training(_parse({"spot": SPOT}))

    assert found.spot is not None
    assert (found.spot.max_wait_seconds, found.spot.then_on_demand) == (7200, False)
    assert found.checkpoints


def test_checkpoints_are_to_be_had_without_spot_instances() -> None:
    found = _training(_parse({"checkpoints": True}))
    assert (found.spot, found.checkpoints) == (None, True)
    assert not _training(_parse({})).checkpoints


@pytest.mark.parametrize(
    ("training", "predictor", "sentence"),
    [
        (
            {"spot": {"max_wait_seconds": 1800}},
            {},
            "training.spot.max_wait_seconds: got 1800, which includes the time that the job runs; "
            "allowed: at least training.max_runtime_seconds, 3600",
        ),
        (
            {"spot": {"max_wait_seconds": 300_000}, "fallback_instance_types": ["ml.m5.4xlarge"]},
            {},
            "may wait and train for 600000 seconds on 2 instance types in turn; allowed: 432000",
        ),
        (
            {"spot": {"max_wait_seconds": 430_000, "then_on_demand": True}},
            {},
            "may wait and train for 433600 seconds on 1 instance types in turn",
        ),
        ({"spot": {}}, {}, "training.spot.max_wait_seconds: missing"),
        (
            {"spot": SPOT},
            {"type": "timeseries", "init_args": {}},
            "training.spot: given with type 'timeseries', whose fit does not tell when a model is "
            "finished",
        ),
        (
            {"checkpoints": True},
            {"type": "timeseries", "init_args": {}},
            "training.checkpoints: given with type 'timeseries'",
        ),
        (
            {"spot": SPOT},
            {"fit_args": {"fit_strategy": "parallel"}},
            "training.spot: given with fit_args.fit_strategy 'parallel'",
        ),
        (
            {"spot": SPOT, "fallback_instance_types": ["ml.m5.4xlarge"]},
            {
                "fit_args": {"hyperparameters": {"GBM": {}}},
                "tuning": {
                    "ranges": {
                        "fit_args.hyperparameters.GBM.num_leaves": {
                            "type": "integer",
                            "min": 8,
                            "max": 64,
                        }
                    },
                    "max_jobs": 2,
                },
            },
            "training.spot: given with tuning and training.fallback_instance_types",
        ),
        ({"warm_pool": True}, {}, "training.warm_pool: write keep_alive_seconds"),
        (
            {"spot": SPOT, "keep_alive_seconds": 600},
            {},
            "training.keep_alive_seconds: given with training.spot",
        ),
        ({"keep_alive_seconds": 21_601}, {}, "training.keep_alive_seconds: got 21601"),
        (
            {"max_pending_seconds": 1800},
            {},
            "training.max_pending_seconds: given with 'ml.m5.2xlarge', for which SageMaker ignores",
        ),
    ],
)
def test_what_cannot_work_is_refused(
    training: dict[str, Any], predictor: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        _parse(training, **predictor)
    assert sentence in str(caught.value)

"""Settings of training on several instances: what goes together, and what is refused by name."""

from typing import Any

import pytest

from autogluon_constructs.settings import parse_environment
from tests.unit.settings.test_refusals import assert_one, problems_of_predictor

BAGGED = {"fit_args": {"num_bag_folds": 8}, "network_isolation": False}


def _problems(count: int = 2, **settings: Any) -> list[str]:
    training = {"instance_count": count, **settings.pop("training", {})}
    return problems_of_predictor(**{**BAGGED, **settings, "training": training})


def test_bagged_fits_on_containers_with_a_network_are_allowed() -> None:
    predictor = {"init_args": {"label": "class"}, **BAGGED, "training": {"instance_count": 2}}

    environment = parse_environment("dev", {"predictors": {"income": predictor}}, file="dev.yaml")

    assert environment.trains_on_several_instances


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"fit_args": {}}, ("training.instance_count: got 2 with no bagging", "num_bag_folds")),
        ({"network_isolation": True}, ("instance_count: got 2 with network_isolation true",)),
        ({"training": {"checkpoints": True}}, ("got 2 with training.checkpoints",)),
        (
            {"training": {"spot": {"max_wait_seconds": 7200}}},
            ("got 2 with training.spot",),
        ),
    ],
)
def test_what_several_instances_cannot_do_is_refused(
    settings: dict[str, Any], parts: tuple[str, ...]
) -> None:
    assert_one(_problems(**settings), *parts)


@pytest.mark.parametrize("kind", ["timeseries", "multimodal"])
def test_other_types_have_one_instance(kind: str) -> None:
    found = _problems(type=kind, init_args={"target": "x"}, fit_args={})

    assert any(f"instance_count: got 2 with type '{kind}'" in each for each in found)

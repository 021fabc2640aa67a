"""Before any model exists: one `cdk deploy --all` works and nothing is served."""

from tests.e2e.support import DayZero


def test_no_endpoint_exists_before_the_first_model(day_zero: DayZero) -> None:
    assert day_zero.endpoints == []
    assert day_zero.scalable_targets == []


def test_every_predictor_waits_for_its_first_model(day_zero: DayZero) -> None:
    assert {"income", "housing", "sandbox"} <= set(day_zero.live_models)
    assert set(day_zero.live_models.values()) == {"none"}

"""Names that come from an execution."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.events.execution import Execution

STARTED = "2026-11-20T10:00:00Z"
_SAGEMAKER_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


@given(
    predictor=st.from_regex(r"[a-z][a-z0-9-]{0,29}", fullmatch=True),
    name=st.text(min_size=1, max_size=80),
)
def test_any_execution_gives_a_name_that_sagemaker_takes(predictor: str, name: str) -> None:
    job_name = Execution(f"arn:{name}", name, STARTED).job_name(predictor)

    assert _SAGEMAKER_NAME.fullmatch(job_name)
    assert job_name.startswith(predictor)


def test_the_name_shows_predictor_execution_and_digest_of_its_arn() -> None:
    execution = Execution("arn:aws:states:us-east-1:1:execution:x:my run", "my run", STARTED)

    assert re.fullmatch(r"income-my-run-[0-9a-f]{8}", execution.job_name("income"))
    assert execution.job_name("income").endswith(execution.digest(8))


def test_executions_of_one_name_in_two_state_machines_have_two_jobs() -> None:
    assert Execution("arn:a:x", "x", STARTED).job_name("p") != Execution(
        "arn:b:x", "x", STARTED
    ).job_name("p")


@pytest.mark.parametrize("event", [{}, {"execution": {}}, {"execution": {"Id": "arn"}}])
def test_a_call_from_elsewhere_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError, match="Call this function from its state machine"):
        Execution.from_event(event)

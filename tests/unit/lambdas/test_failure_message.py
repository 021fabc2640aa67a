"""What people are told about an execution that ended otherwise than by success."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_lambdas.logic.failure_message import report_failure
from tests.fakes.sandbox import ENVIRONMENT, MACHINES


class FakeTopic:
    """A topic that keeps what is published."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def publish(self, *, subject: str, message: str) -> None:
        self.messages.append((subject, message))


def reported(
    workflow: str = "train", execution_input: str | None = '{"predictor": "income"}', **detail: Any
) -> list[tuple[str, str]]:
    machine, topic = MACHINES[workflow], FakeTopic()
    changed = {
        "executionArn": f"{machine.replace(':stateMachine:', ':execution:')}:monday",
        "stateMachineArn": machine,
        "name": "monday",
        "status": "FAILED",
        "input": execution_input,
        "error": None,
        "cause": None,
        **detail,
    }
    report_failure({"detail": changed}, environment=ENVIRONMENT, topic=topic)
    return topic.messages


def test_a_failure_is_told_with_its_cause_and_what_to_do() -> None:
    [(subject, message)] = reported(error="TrainingFailedError", cause="The label is constant.")

    assert subject == "autogluon-sandbox train failed: income"
    assert message.split("\n\n") == [
        "TrainingFailedError: The label is constant.",
        "What to do: Read what the container logged: agcdk logs monday",
        f"Execution: {MACHINES['train'].replace('stateMachine', 'execution')}:monday",
    ]


@pytest.mark.parametrize(
    ("status", "ending", "sentence"),
    [
        ("TIMED_OUT", "timed out", "It ran longer than its state machine allows."),
        ("ABORTED", "was stopped", "It was stopped from outside."),
        ("FAILED", "failed", "Step Functions gives no cause."),
    ],
)
def test_every_ending_has_a_sentence_and_advice(status: str, ending: str, sentence: str) -> None:
    [(subject, message)] = reported("batch_predict", status=status)

    assert subject == f"autogluon-sandbox batch-predict {ending}: income"
    first, advice, _ = message.split("\n\n")
    assert first == sentence
    assert advice.startswith("What to do: ")


def test_what_was_said_when_an_execution_was_stopped_is_passed_on() -> None:
    [(_, message)] = reported(status="ABORTED", error="Maintenance", cause="back at noon")

    assert message.startswith("Maintenance: back at noon\n\n")


def test_an_error_that_no_state_can_catch_leads_to_the_events() -> None:
    [(_, message)] = reported(error="States.Runtime", cause="The field X is not supported")

    assert "Look at the last events" in message


def test_a_training_run_whose_promotion_failed_is_reported_by_the_promotion() -> None:
    assert reported(error="PromotionError", cause="no capacity") == []
    assert len(reported("promote", error="PromotionError", cause="no capacity")) == 1
    assert len(reported(status="ABORTED")) == 1


@pytest.mark.parametrize(
    "text",
    [None, "", "7", "[]", "not JSON", *(json.dumps({"predictor": p}) for p in
     ("x" * 500, "two\nlines", "Émile", 7, None, {"a": 1}, ""))],
)  # fmt: skip
def test_a_subject_is_always_one_that_sns_accepts(text: str | None) -> None:
    [(subject, _)] = reported(execution_input=text, error="InvalidInputError", cause="no")

    assert subject == "autogluon-sandbox train failed: unknown predictor"

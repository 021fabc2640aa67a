"""Report an execution that ended otherwise than by success: one message, with what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.names import whole_environment
from autogluon_lambdas.logic.registry.predictors import predictor_of_input, weights_of_input
from autogluon_lambdas.ports import Topic

# The error of a Train or Tune whose promotion failed, which has sent a message of its own.
_REPORTED_BY_PROMOTION = (("train", "PromotionError"), ("tune", "PromotionError"))
_ENDINGS = {"FAILED": "failed", "TIMED_OUT": "timed out", "ABORTED": "was stopped"}
_NO_CAUSE = {
    "FAILED": "Step Functions gives no cause.",
    "TIMED_OUT": "It ran longer than its state machine allows.",
    "ABORTED": "It was stopped from outside.",
}
_SEE_EVENTS = "Look at the last events of the execution in the console of Step Functions."
_READ_LOG = "Read what the container logged: agcdk logs {name}"
_CORRECT = "Correct the input and start again under a new name. No job was started."
_ADVICE = {
    "InvalidInputError": _CORRECT,
    "InvalidDataError": _CORRECT,
    "TrainingFailedError": _READ_LOG,
    "TuningFailedError": _READ_LOG,
    "BatchFailedError": f"{_READ_LOG}, then start again, with resume if the bulk engine ran.",
    "DriftFailedError": _READ_LOG,
    "ProcessingFailedError": _READ_LOG,
    "MirrorFailedError": f"{_READ_LOG}, then add the weights again.",
    "PromotionError": (
        "The message says whether the earlier model is in service again; "
        "agcdk logs {name} shows what the containers of the endpoint logged."
    ),
    "States.DataLimitExceeded": (
        "A state carries at most 256 KiB. "
        "Give less in the input: a folder instead of a list of files."
    ),
}
_ADVICE_ON_ENDING = {
    "FAILED": _SEE_EVENTS,
    "TIMED_OUT": (
        "Its job was stopped with it. See what it waited for in the console of Step Functions."
    ),
    "ABORTED": "If you did not mean it to stop, start it again under a new name.",
}


@dataclass(frozen=True)
class _Ended:
    """What the event says about the execution."""

    arn: str
    name: str
    workflow: str
    status: str
    error: str
    cause: str
    predictor: str


def report_failure(event: Mapping[str, Any], *, environment: str, topic: Topic) -> None:
    """Publish one message about the execution of a `Step Functions Execution Status Change`.

    Nothing is published about a Train or Tune that failed by its promotion, which is an execution
    itself.
    """
    ended = _read(event["detail"], environment)
    if (ended.workflow, ended.error) in _REPORTED_BY_PROMOTION:
        return
    advice = _ADVICE.get(ended.error, _ADVICE_ON_ENDING[ended.status])
    topic.publish(
        subject=(
            f"{whole_environment(environment)} {ended.workflow} {_ENDINGS[ended.status]}: "
            f"{ended.predictor}"
        ),
        message="\n\n".join(
            [
                f"{ended.error}: {ended.cause}" if ended.error else ended.cause,
                f"What to do: {advice.format(name=ended.name)}",
                f"Execution: {ended.arn}",
            ]
        ),
    )


def _read(detail: Mapping[str, Any], environment: str) -> _Ended:
    status = str(detail["status"])
    machine = str(detail["stateMachineArn"]).rpartition(":")[2]
    return _Ended(
        arn=str(detail["executionArn"]),
        name=str(detail["name"]),
        workflow=machine.removeprefix(f"{whole_environment(environment)}-"),
        status=status,
        error=str(detail.get("error") or ""),
        cause=str(detail.get("cause") or _NO_CAUSE[status]),
        # A subject must be short and plain.
        predictor=predictor_of_input(detail.get("input"))
        or weights_of_input(detail.get("input"))
        or "unknown predictor",
    )

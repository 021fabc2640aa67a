"""Building blocks of the Amazon States Language in JSONata, and how every workflow fails.

A failing execution assigns `$failure` (`{"error", "cause"}`, the cause one sentence) and ends in
the one Fail state; `FailureReports` tells people. Definitions are plain dictionaries; `${...}`
marks what CloudFormation substitutes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

State = dict[str, Any]
States = dict[str, State]

FAILED = "Failed"

INVOKE_LAMBDA = "arn:${Partition}:states:::lambda:invoke"

_LAMBDA_TROUBLE = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
]
_BACKOFF = {"IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 2, "JitterStrategy": "FULL"}


def jsonata(expression: str) -> str:
    """Return the expression as a value of a state."""
    return "{% " + expression + " %}"


def retry(*errors: str) -> list[dict[str, Any]]:
    """Retry these errors, and no others, with backoff: in all some 30 seconds."""
    return [{"ErrorEquals": list(errors), **_BACKOFF}]


def create_retries(*errors: str) -> list[dict[str, Any]]:
    """Retry a call that creates something in SageMaker: a throttle or fault, and a lack of quota.

    A quota that others use up is waited for (`quota_retry`). Jobs have a `Ladder`.

    Args:
        errors: further names, retried as throttles are.
    """
    return [quota_retry("SageMaker.ResourceLimitExceededException"), *throttle_retries(*errors)]


def quota_retry(error: str) -> dict[str, Any]:
    """Retry a call that met a limit which others use up, some seven hours in all."""
    return {
        "ErrorEquals": [error],
        "IntervalSeconds": 60,
        "BackoffRate": 1.5,
        "MaxDelaySeconds": 900,
        "MaxAttempts": 60,
        "JitterStrategy": "FULL",
    }


def throttle_retries(*errors: str) -> list[dict[str, Any]]:
    """Retry a call of SageMaker that was throttled or met a fault, before anything is paid for.

    Throttling has no error name of its own: an optimised integration reports the class of SDK 1,
    an SDK integration that of SDK 2.
    """
    return retry("SageMaker.AmazonSageMakerException", "SageMaker.SageMakerException", *errors)


def catch(
    failure: str, *, next_state: str = FAILED, keep: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Catch everything: `$failure` becomes what the expression `failure` says.

    `keep` are further variables and their expressions, for the states that follow.
    """
    assigned = {"failure": failure, **(keep or {})}
    return [
        {
            "ErrorEquals": ["States.ALL"],
            "Assign": {name: jsonata(expression) for name, expression in assigned.items()},
            "Next": next_state,
        }
    ]


def task(
    resource: str,
    arguments: Mapping[str, Any] | str,
    *,
    next_state: str,
    catches: Sequence[Mapping[str, Any]],
    output: str | Mapping[str, Any] | None = None,
    assign: Mapping[str, Any] | None = None,
    retries: Sequence[Mapping[str, Any]] = (),
) -> State:
    """Return a Task state. `catches` is required: no task may fail outside the failure path."""
    state: State = {"Type": "Task", "Resource": resource, "Arguments": arguments}
    if assign is not None:
        state["Assign"] = dict(assign)
    if output is not None:
        state["Output"] = output
    if retries:
        state["Retry"] = list(retries)
    return {**state, "Catch": list(catches), "Next": next_state}


def invoke(
    function: str,
    payload: Mapping[str, Any] | str,
    *,
    next_state: str,
    catches: Sequence[Mapping[str, Any]] | None = None,
    assign: Mapping[str, Any] | None = None,
    also_retry: Sequence[Mapping[str, Any]] = (),
) -> State:
    """Return a Task that calls the Lambda whose ARN is substituted for `${<function>}`.

    Its output is what the function returns. Only trouble of the Lambda service is retried, and what
    `also_retry` names.
    """
    return task(
        INVOKE_LAMBDA,
        {"FunctionName": "${" + function + "}", "Payload": payload},
        output=jsonata("$states.result.Payload"),
        assign=assign,
        retries=[*retry(*_LAMBDA_TROUBLE), *also_retry],
        catches=catch(LAMBDA_FAILURE) if catches is None else catches,
        next_state=next_state,
    )


def choice(condition: str, *, then: str, otherwise: str) -> State:
    """Return a Choice between two states."""
    return choices((condition, then), otherwise=otherwise)


def choices(*rules: tuple[str, str], otherwise: str) -> State:
    """Return a Choice: the first rule whose condition holds decides."""
    return {
        "Type": "Choice",
        "Choices": [{"Condition": jsonata(when), "Next": then} for when, then in rules],
        "Default": otherwise,
    }


def machine(*, comment: str, start_at: str, timeout_seconds: int, states: States) -> dict[str, Any]:
    """Return a whole definition; the state by which it fails is added here."""
    return {
        "Comment": comment,
        "QueryLanguage": "JSONata",
        "StartAt": start_at,
        "TimeoutSeconds": timeout_seconds,
        "States": {**states, FAILED: _FAIL},
    }


PLANNER_EVENT = {
    "input": jsonata("$states.input"),
    "execution": {
        "Id": jsonata("$states.context.Execution.Id"),
        "Name": jsonata("$states.context.Execution.Name"),
        "StartTime": jsonata("$states.context.Execution.StartTime"),
    },
}

# A Cause is JSON from Lambda and the `.sync` integrations, plain text otherwise, or absent.
DETAILS = (
    "$text := $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : 'no cause given'; "
    "$isJson := $substring($text, 0, 1) = '{' and $substring($text, -1) = '}'; "
    "$details := $isJson ? $parse($text) : {}; "
)


def failure_of(*, error: str, cause: str) -> str:
    """Return an expression for `$failure`, which may use `$text` and `$details` (parsed)."""
    return f"({DETAILS}{{'error': {error}, 'cause': {cause}}})"


LAMBDA_FAILURE = failure_of(
    error="$states.errorOutput.Error",
    cause="$exists($details.errorMessage) ? $details.errorMessage : $text",
)
PLAIN_FAILURE = failure_of(error="$states.errorOutput.Error", cause="$text")


# SageMaker gives no reason of its own.
_WHY_STOPPED = (
    ": $details.SecondaryStatus = 'MaxWaitTimeExceeded' "
    "? ': it did not have spot instances for long enough within max_wait_seconds' "
    ": $details.SecondaryStatus = 'MaxRuntimeExceeded' "
    "? ': it ran longer than max_runtime_seconds' "
)


def job_failure(kind: str, *, error: str, subject: str = "'The'", otherwise: str = "$text") -> str:
    """Return `$failure` of a SageMaker job, named `error` if the job ran.

    `kind` is `Training`, `Transform` or `Processing`, whose ExitMessage says more than its reason.
    `subject` is an expression for the words before "training job ..."; `otherwise` one for the
    cause when there was no job.
    """
    sentence = (
        f"{subject} & ' {kind.lower()} job ' & $details.{kind}JobName & ' ended as ' "
        f"& $details.{kind}JobStatus & ($exists($details.ExitMessage) "
        "? ': ' & $details.ExitMessage : $exists($details.FailureReason) "
        "? ': ' & $details.FailureReason "
        f"{_WHY_STOPPED if kind == 'Training' else ''}: '')"
    )
    ended = f"$exists($details.{kind}JobStatus)"
    return failure_of(
        error=f"{ended} ? '{error}' : $states.errorOutput.Error",
        cause=f"{ended} ? {sentence} : {otherwise}",
    )


_FAIL: State = {
    "Type": "Fail",
    "Error": jsonata("$failure.error"),
    "Cause": jsonata("$failure.cause"),
}

"""Promote: prepare -> put the live model -> update the endpoint's stack -> verify, or put back.

Where an endpoint that scales automatically gets another instance type, an update of its own
switches scaling off before that; the update that follows switches it on. To put the former type
back takes two updates as well.

An endpoint is only ever changed by CloudFormation, which reads the live model from its SSM
parameter. SageMaker can roll an endpoint back and leave the stack at UPDATE_COMPLETE, so the result
is verified; when it is wrong, the parameter and the stack go back to the previous model.

A redriven execution goes on with what it knew when it was stopped, while other promotions may have
had their turn. Before it changes anything, it is prepared again, in its turn; what a later
promotion has put there stays.
"""

from typing import Any

from autogluon_constructs.workflows import asl
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.defaults import LONGEST_UPDATE_SECONDS
from autogluon_contracts.names import MAIN_VARIANT, SCALING_OFF, SCALING_ON, SCALING_PARAMETER
from autogluon_contracts.shown.states import ShownState

# At most 2,160 rounds of waiting, which fit into the 25,000 events of an execution's history.
TIMEOUT_SECONDS = LONGEST_UPDATE_SECONDS + 3600
_POLL_SECONDS = 5

_CLOUDFORMATION = "CloudFormation.CloudFormationException"
_NOTHING_TO_UPDATE = "No updates are to be performed"

# SSM's model declares ThrottlingException, but not for these calls: SDKs may name it either way.
_SSM_TROUBLE = (
    "Ssm.InternalServerErrorException",
    "Ssm.ThrottlingException",
    "Ssm.SsmException",
)
# A throttle has the name of every other refusal, which a few more calls do not change. By its
# token, an update that was accepted is not made twice.
_UPDATE_RETRIES = [{**retrier, "MaxAttempts": 3} for retrier in asl.retry(_CLOUDFORMATION)]

_GET_PARAMETER = "arn:${Partition}:states:::aws-sdk:ssm:getParameter"
_PUT_PARAMETER = "arn:${Partition}:states:::aws-sdk:ssm:putParameter"
_DESCRIBE_STACKS = "arn:${Partition}:states:::aws-sdk:cloudformation:describeStacks"
_UPDATE_MODEL_PACKAGE = "arn:${Partition}:states:::aws-sdk:sagemaker:updateModelPackage"
_UPDATE_STACK = "arn:${Partition}:states:::aws-sdk:cloudformation:updateStack"

# Where every failure goes that comes after the live model's parameter was changed.
_FAILED_MODEL = "IsModelToBeMarked"
_NOW = jsonata("$states.context.State.EnteredTime")

_IS_MODEL = "$promotion.target != 'none'"
# The registry's record says which version answered alone, to which a rollback returns.
_IS_MAIN_MODEL = f"{_IS_MODEL} and $promotion.variant = '{MAIN_VARIANT}'"
_IS_SERVED = "$type($promotion.stack_name) = 'string'"
_IN_PROGRESS = "$contains($states.input.status, 'IN_PROGRESS')"
_STACK = "$states.result.Stacks[0]"
_STACK_STATUS = {
    "status": jsonata(f"{_STACK}.StackStatus"),
    "scales": jsonata(
        f"$exists({_STACK}.Parameters[ParameterKey = '{SCALING_PARAMETER}' "
        f"and ParameterValue = '{SCALING_ON}'])"
    ),
}
# What SSM and CloudFormation say is a promotion's failure, whatever they call it.
_REFUSED = asl.failure_of(error="'PromotionError'", cause="$text")
_NEW_PARAMETERS = "$promotion.stack_parameters"
_OLD_PARAMETERS = "$promotion.previous_parameters"
_PAUSED_PARAMETERS = f"{{'{SCALING_PARAMETER}': '{SCALING_OFF}'}}"
_PAUSES = "$promotion.pauses_scaling = true"
_PAUSES_TO_PUT_BACK = "$promotion.put_back_pauses_scaling = true"
_REDRIVES = "$states.context.Execution.RedriveCount"
_IS_REDRIVEN = f"{_REDRIVES} != $redrives"
# An idempotency token of each preparation.
_TOKEN = (
    "$states.result.Payload.promotion.stack_token "
    f"& ({_REDRIVES} > 0 ? '-' & $string({_REDRIVES}) : '')"
)
# The parameter may hold the target by now, before which `previous` would be an older version.
_INPUT_AGAIN = (
    "$states.context.Execution.Input.model = 'previous' "
    "? $merge([$states.context.Execution.Input, {'model': $promotion.target}]) "
    ": $states.context.Execution.Input"
)
# A stack that rolled back is as it was after the update before: without scaling.
_SWITCHES_SCALING_ON = f"$exists({_OLD_PARAMETERS}.{SCALING_PARAMETER})"


def promote_definition() -> dict[str, Any]:
    """Return the state machine's definition; substitutions: see `PromoteWorkflow`."""
    return asl.machine(
        comment="Makes a model the live one, by CloudFormation, and verifies it or puts it back",
        start_at=ShownState.PREPARE_PROMOTION,
        timeout_seconds=TIMEOUT_SECONDS,
        states={
            **_change(),
            **_pause_scaling(),
            **_update_stack(),
            **_pause_to_put_back(),
            **_put_back(),
        },
    )


def _change() -> asl.States:
    return {
        ShownState.PREPARE_PROMOTION: asl.invoke(
            "PreparePromotion",
            asl.PLANNER_EVENT,
            assign={
                "promotion": jsonata("$states.result.Payload.promotion"),
                "stack_token": jsonata(_TOKEN),
                "redrives": jsonata(_REDRIVES),
            },
            also_retry=[
                # SageMaker registers a version within seconds of its creation.
                _ask_again("ModelNotReadyError", minutes=2),
                # An earlier promotion of the predictor is waited for: it takes some minutes.
                _ask_again("PredictorBusyError", minutes=30),
            ],
            next_state="IsChanged",
        ),
        # Behind the choices: what a Choice itself outputs, only its default gets.
        "PrepareAgain": {
            "Type": "Pass",
            "Output": jsonata(_INPUT_AGAIN),
            "Next": ShownState.PREPARE_PROMOTION,
        },
        "IsChanged": asl.choice(
            "$promotion.changed = true", then="IsScalingToPause", otherwise="VerifyUnchanged"
        ),
        "VerifyUnchanged": _verify(catches=asl.catch(asl.LAMBDA_FAILURE), next_state="Promoted"),
        "PutLiveModel": _put_parameter(
            _in_turn("$promotion.target"),
            catches=asl.catch(_REFUSED, next_state="WasPutInTurn"),
            next_state="IsServed",
        ),
        "WasPutInTurn": _again_if_redriven(otherwise="IsScalingToResume"),
        "IsServed": asl.choice(_IS_SERVED, then="ReadStack", otherwise=ShownState.VERIFY_PROMOTION),
        ShownState.VERIFY_PROMOTION: _verify(
            catches=asl.catch(asl.LAMBDA_FAILURE, next_state=_FAILED_MODEL),
            next_state="IsModelLive",
        ),
        "IsModelLive": asl.choice(_IS_MAIN_MODEL, then="RecordLiveModel", otherwise="Promoted"),
        "RecordLiveModel": _record(
            added={"live_since": _NOW}, removed=["promotion_failed"], next_state="Promoted"
        ),
        "Promoted": {"Type": "Succeed"},
    }


def _pause_scaling() -> asl.States:
    """Return the states before the live model changes, so that nothing else is updated yet."""
    failed = asl.catch(_REFUSED, next_state="IsScalingToResume")
    return {
        "IsScalingToPause": asl.choice(
            _PAUSES, then=ShownState.READ_STACK_TO_PAUSE, otherwise="PutLiveModel"
        ),
        ShownState.READ_STACK_TO_PAUSE: _describe_stack(
            parameters=_PAUSED_PARAMETERS,
            catches=asl.catch(_REFUSED),
            next_state=ShownState.PAUSE_SCALING,
        ),
        ShownState.PAUSE_SCALING: _update(
            token=_in_turn("$stack_token & '-pause'"),
            catches=asl.catch(_REFUSED, next_state="WasPausedInTurn"),
            next_state=ShownState.WAIT_FOR_PAUSE,
        ),
        "WasPausedInTurn": _again_if_redriven(otherwise=asl.FAILED),
        ShownState.WAIT_FOR_PAUSE: _wait(next_state=ShownState.DESCRIBE_PAUSED_STACK),
        ShownState.DESCRIBE_PAUSED_STACK: _describe_stack(
            parameters=_PAUSED_PARAMETERS, catches=failed, next_state="IsScalingPaused"
        ),
        "IsScalingPaused": asl.choices(
            ("$states.input.status = 'UPDATE_COMPLETE'", "PutLiveModel"),
            (_IN_PROGRESS, ShownState.WAIT_FOR_PAUSE),
            otherwise="ReportPauseFailed",
        ),
        # It rolled back, to scaling as before.
        "ReportPauseFailed": {
            "Type": "Pass",
            "Assign": {
                "failure": jsonata(
                    "{'error': 'PromotionError', 'cause': 'Automatic scaling could not be switched "
                    "off: the stack ' & $promotion.stack_name & ' ended as ' "
                    "& $states.input.status}"
                )
            },
            "Next": asl.FAILED,
        },
        "IsScalingToResume": asl.choice(
            _PAUSES, then=ShownState.DESCRIBE_STACK_TO_RESTORE, otherwise=asl.FAILED
        ),
    }


def _in_turn(value: str) -> str:
    """Return an expression for `value` that fails where the execution was redriven meanwhile."""
    return f"{_IS_REDRIVEN} ? $error('redriven') : {value}"


def _again_if_redriven(*, otherwise: str) -> asl.State:
    """Return a Choice after a call that was made, or is not made out of turn."""
    return asl.choice(_IS_REDRIVEN, then="PrepareAgain", otherwise=otherwise)


def _ask_again(error: str, *, minutes: int) -> dict[str, Any]:
    return {
        "ErrorEquals": [error],
        "IntervalSeconds": _POLL_SECONDS,
        "MaxAttempts": minutes * 60 // _POLL_SECONDS,
        "BackoffRate": 1,
    }


def _update_stack() -> asl.States:
    then_restore = asl.catch(_REFUSED, next_state=_FAILED_MODEL)
    return {
        "ReadStack": _describe_stack(
            parameters=_NEW_PARAMETERS, catches=then_restore, next_state=ShownState.UPDATE_STACK
        ),
        ShownState.UPDATE_STACK: _update(
            token=_in_turn("$stack_token"),
            catches=asl.catch(_REFUSED, next_state="WasNothingToUpdate"),
            next_state=ShownState.WAIT_FOR_STACK,
        ),
        "WasNothingToUpdate": asl.choice(
            f"$contains($failure.cause, '{_NOTHING_TO_UPDATE}')",
            then=ShownState.VERIFY_PROMOTION,
            otherwise="WasUpdatedInTurn",
        ),
        "WasUpdatedInTurn": _again_if_redriven(otherwise=_FAILED_MODEL),
        ShownState.WAIT_FOR_STACK: _wait(next_state=ShownState.DESCRIBE_STACK),
        ShownState.DESCRIBE_STACK: _describe_stack(
            parameters=_NEW_PARAMETERS, catches=then_restore, next_state="IsStackUpdated"
        ),
        "IsStackUpdated": asl.choices(
            ("$states.input.status = 'UPDATE_COMPLETE'", ShownState.VERIFY_PROMOTION),
            (_IN_PROGRESS, ShownState.WAIT_FOR_STACK),
            otherwise="ExplainStackFailure",
        ),
        # A function reads the events: those of a stack that was often updated are larger than the
        # 256 KiB that a task may return, and States.DataLimitExceeded cannot be caught.
        "ExplainStackFailure": asl.invoke(
            "ExplainStackFailure",
            {
                "stack_name": jsonata("$promotion.stack_name"),
                "status": jsonata("$states.input.status"),
                "client_request_token": jsonata("$stack_token"),
            },
            assign={
                "failure": {
                    "error": "PromotionError",
                    "cause": jsonata("$states.result.Payload"),
                }
            },
            catches=asl.catch(
                "{'error': 'PromotionError', 'cause': 'The stack ' & $promotion.stack_name "
                "& ' ended as ' & $states.input.status}",
                next_state=_FAILED_MODEL,
            ),
            next_state=_FAILED_MODEL,
        ),
    }


def _pause_to_put_back() -> asl.States:
    """Return the states before the live model goes back, so that nothing else is updated yet.

    Where scaling cannot be switched off, the stack is put back all the same: what then fails is
    reported with what had failed before.
    """
    anyway = asl.catch("$failure", next_state=ShownState.RESTORE_LIVE_MODEL)
    return {
        "IsScalingToPauseAgain": asl.choice(
            _PAUSES_TO_PUT_BACK,
            then=ShownState.READ_STACK_TO_PUT_BACK,
            otherwise=ShownState.RESTORE_LIVE_MODEL,
        ),
        ShownState.READ_STACK_TO_PUT_BACK: _describe_stack(
            parameters=_PAUSED_PARAMETERS, catches=anyway, next_state="DoesStackScale"
        ),
        # After a rollback, its own or CloudFormation's, it scales as before the update, or not yet.
        "DoesStackScale": asl.choices(
            (_IN_PROGRESS, ShownState.WAIT_TO_PUT_BACK),
            (
                "$states.input.status = 'UPDATE_COMPLETE' and $states.input.scales",
                ShownState.PAUSE_TO_PUT_BACK,
            ),
            otherwise=ShownState.RESTORE_LIVE_MODEL,
        ),
        ShownState.PAUSE_TO_PUT_BACK: _update(
            token="$stack_token & '-back-pause'",  # noqa: S106 - an idempotency token
            catches=anyway,
            next_state=ShownState.WAIT_TO_PUT_BACK,
        ),
        ShownState.WAIT_TO_PUT_BACK: _wait(next_state=ShownState.READ_STACK_TO_PUT_BACK),
    }


def _put_back() -> asl.States:
    not_put_back = _besides(
        "the parameter ' & $promotion.parameter_name & ' could not be put back: "
    )
    stack_left = asl.catch(
        _besides("the stack ' & $promotion.stack_name & ' could not be put back: ")
    )
    return {
        _FAILED_MODEL: asl.choice(_IS_MODEL, then="RecordFailedModel", otherwise="ReadLiveModel"),
        "RecordFailedModel": _record(added={"promotion_failed": _NOW}, next_state="ReadLiveModel"),
        "ReadLiveModel": asl.task(
            _GET_PARAMETER,
            {"Name": jsonata("$promotion.parameter_name")},
            output={"live": jsonata("$states.result.Parameter.Value")},
            retries=asl.retry(*_SSM_TROUBLE),
            catches=asl.catch(not_put_back),
            next_state="IsLiveModelOwn",
        ),
        "IsLiveModelOwn": asl.choice(
            "$states.input.live = $promotion.target",
            then="IsScalingToPauseAgain",
            otherwise=asl.FAILED,
        ),
        ShownState.RESTORE_LIVE_MODEL: _put_parameter(
            "$promotion.previous",
            catches=asl.catch(not_put_back, next_state="IsScalingToResumeAgain"),
            next_state="WasServed",
        ),
        # The stack follows the parameter, which is the new model's, on the former type.
        "IsScalingToResumeAgain": asl.choice(
            _PAUSES_TO_PUT_BACK, then=ShownState.DESCRIBE_STACK_TO_RESTORE, otherwise=asl.FAILED
        ),
        "WasServed": asl.choice(
            _IS_SERVED, then=ShownState.DESCRIBE_STACK_TO_RESTORE, otherwise=asl.FAILED
        ),
        ShownState.DESCRIBE_STACK_TO_RESTORE: _describe_stack(
            parameters=_OLD_PARAMETERS, catches=stack_left, next_state="IsStackToBeRestored"
        ),
        # Complete, after a failure, means that CloudFormation saw none: the stack has to go back.
        "IsStackToBeRestored": asl.choices(
            (_IN_PROGRESS, ShownState.WAIT_TO_RESTORE_STACK),
            (
                "$states.input.status = 'UPDATE_COMPLETE' "
                "or $states.input.status = 'CREATE_COMPLETE'",
                ShownState.RESTORE_STACK,
            ),
            (
                f"$states.input.status = 'UPDATE_ROLLBACK_COMPLETE' and {_SWITCHES_SCALING_ON}",
                ShownState.RESTORE_STACK,
            ),
            otherwise=asl.FAILED,
        ),
        ShownState.WAIT_TO_RESTORE_STACK: _wait(next_state=ShownState.DESCRIBE_STACK_TO_RESTORE),
        ShownState.RESTORE_STACK: _update(
            token="$stack_token & '-back'",  # noqa: S106 - an idempotency token
            catches=asl.catch(_RESTORE_REFUSED),
            next_state=ShownState.WAIT_FOR_RESTORED_STACK,
        ),
        ShownState.WAIT_FOR_RESTORED_STACK: _wait(next_state=ShownState.DESCRIBE_RESTORED_STACK),
        ShownState.DESCRIBE_RESTORED_STACK: _describe_stack(
            parameters=_OLD_PARAMETERS, catches=stack_left, next_state="IsStackRestored"
        ),
        "IsStackRestored": asl.choices(
            (_IN_PROGRESS, ShownState.WAIT_FOR_RESTORED_STACK),
            ("$states.input.status = 'UPDATE_COMPLETE'", asl.FAILED),
            otherwise="ReportStackLeft",
        ),
        "ReportStackLeft": {
            "Type": "Pass",
            "Assign": {
                "failure": jsonata(
                    "{'error': $failure.error, 'cause': $failure.cause & '; besides, the stack ' "
                    "& $promotion.stack_name & ' could not be put back and ended as ' "
                    "& $states.input.status}"
                )
            },
            "Next": asl.FAILED,
        },
    }


def _record(
    *, added: dict[str, str], removed: list[str] | None = None, next_state: str
) -> asl.State:
    """Return a state that writes into the version's metadata, which must not decide the outcome."""
    return asl.task(
        _UPDATE_MODEL_PACKAGE,
        {
            "ModelPackageArn": jsonata("$promotion.target"),
            "CustomerMetadataProperties": added,
            **({"CustomerMetadataPropertiesToRemove": removed} if removed else {}),
        },
        output=jsonata("$states.input"),
        retries=asl.retry("SageMaker.SageMakerException"),
        catches=[
            {
                "ErrorEquals": ["States.ALL"],
                "Output": jsonata("$states.input"),
                "Next": next_state,
            }
        ],
        next_state=next_state,
    )


def _verify(*, catches: list[dict[str, Any]], next_state: str) -> asl.State:
    return asl.invoke(
        "VerifyPromotion",
        {"promotion": jsonata("$promotion")},
        catches=catches,
        next_state=next_state,
    )


def _put_parameter(value: str, *, catches: list[dict[str, Any]], next_state: str) -> asl.State:
    return asl.task(
        _PUT_PARAMETER,
        {
            "Name": jsonata("$promotion.parameter_name"),
            "Value": jsonata(value),
            "Overwrite": True,
        },
        retries=asl.retry(*_SSM_TROUBLE, "Ssm.TooManyUpdatesException"),
        catches=catches,
        next_state=next_state,
    )


def _describe_stack(
    *, parameters: str, catches: list[dict[str, Any]], next_state: str
) -> asl.State:
    return asl.task(
        _DESCRIBE_STACKS,
        {"StackName": jsonata("$promotion.stack_name")},
        assign={"stack_parameters": _stack_parameters(parameters)},
        output=_STACK_STATUS,
        retries=_read_retries(),
        catches=catches,
        next_state=next_state,
    )


def _stack_parameters(changed: str) -> str:
    """Return all of the stack's parameters: changed ones with their value, others as they are.

    Of an SSM-typed parameter the previous value is its name, which is read anew.
    """
    return jsonata(
        f"[{_STACK}.Parameters.($key := ParameterKey; $value := $lookup({changed}, $key); "
        "$exists($value) ? {'ParameterKey': $key, 'ParameterValue': $value} "
        ": {'ParameterKey': $key, 'UsePreviousValue': true})]"
    )


def _update(*, token: str, catches: list[dict[str, Any]], next_state: str) -> asl.State:
    return asl.task(
        _UPDATE_STACK,
        {
            "StackName": jsonata("$promotion.stack_name"),
            # Without capabilities: the stack of an endpoint holds no IAM resource and no macro.
            "RoleARN": "${EndpointStackRole}",
            "UsePreviousTemplate": True,
            "Parameters": jsonata("$stack_parameters"),
            "ClientRequestToken": jsonata(token),
        },
        retries=_UPDATE_RETRIES,
        catches=catches,
        next_state=next_state,
    )


def _wait(*, next_state: str) -> asl.State:
    return {"Type": "Wait", "Seconds": _POLL_SECONDS, "Next": next_state}


def _read_retries() -> list[dict[str, Any]]:
    # CloudFormation's throttling has no error name of its own; reading again is harmless.
    return asl.retry(_CLOUDFORMATION)


def _besides(what: str) -> str:
    """Return the first failure, and besides it one in putting things back."""
    return asl.failure_of(
        error="$failure.error", cause=f"$failure.cause & '; besides, {what}' & $text"
    )


_RESTORE_REFUSED = asl.failure_of(
    error="$failure.error",
    cause=(
        f"$contains($text, '{_NOTHING_TO_UPDATE}') ? $failure.cause : $failure.cause "
        "& '; besides, the stack ' & $promotion.stack_name & ' could not be put back: ' & $text"
    ),
)

"""From a training job that has ended to its model in service: summarize, register, promote.

Train and Tune end with these states.
"""

from autogluon_constructs.workflows import asl
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.shown.states import ShownState

_THROTTLED = "StepFunctions.ThrottlingException"
_TWO_AT_ONCE = "SageMaker.ConflictException"


def register_and_promote(also: str = "{}") -> asl.States:
    """Return the states from SUMMARIZE_TRAINING on, whose input is `{"run", "training_job"}`.

    Args:
        also: an expression for what else the execution's output holds.
    """
    return {
        ShownState.SUMMARIZE_TRAINING: asl.invoke(
            "SummarizeTraining",
            jsonata("$states.input"),
            # It makes the group of the first version; by boto3's name of the error.
            also_retry=[asl.quota_retry("ResourceLimitExceeded")],
            next_state=ShownState.REGISTER_MODEL,
        ),
        ShownState.REGISTER_MODEL: _register_model(),
        "IsToBePromoted": asl.choice(
            "$states.input.decision = 'Approved' and $states.input.promote = true",
            then=ShownState.PROMOTE_MODEL,
            otherwise="Trained",
        ),
        ShownState.PROMOTE_MODEL: _promote_model(),
        "Trained": {"Type": "Succeed", "Output": jsonata(f"$merge([{_OUTPUT}, {also}])")},
    }


def _register_model() -> asl.State:
    # The request carries a ClientToken, so that a retry registers no second version.
    return asl.task(
        "arn:${Partition}:states:::aws-sdk:sagemaker:createModelPackage",
        jsonata("$states.input.registration"),
        output=jsonata(
            "$merge([$states.input.summary, "
            "{'model_package_arn': $states.result.ModelPackageArn, 'promotion': null}])"
        ),
        retries=asl.create_retries(_TWO_AT_ONCE),
        catches=asl.catch(asl.PLAIN_FAILURE),
        next_state="IsToBePromoted",
    )


def _promote_model() -> asl.State:
    # By this error `report_failure` knows that the promotion, an execution itself, is reported.
    failure = asl.failure_of(
        error="$exists($details.ExecutionArn) ? 'PromotionError' : $states.errorOutput.Error",
        cause=(
            "$exists($details.Cause) ? $details.Cause : $exists($details.ExecutionArn) "
            "? 'The promotion ' & $details.Name & ' ended as ' & $details.Status : $text"
        ),
    )
    return asl.task(
        "arn:${Partition}:states:::states:startExecution.sync:2",
        {
            "StateMachineArn": "${PromoteStateMachine}",
            # The job's name is unique; the execution's may have been used for a promotion before.
            "Name": jsonata("'train-' & $states.input.job_name"),
            "Input": {
                "predictor": jsonata("$states.input.predictor"),
                "model": jsonata("$states.input.model_package_arn"),
            },
        },
        output=jsonata("$merge([$states.input, {'promotion': $states.result.Output}])"),
        # Of a throttle, by the class of SDK 1 or the service's own name. The same name and input
        # start one execution; a promotion that fails is `States.TaskFailed`.
        retries=[
            asl.quota_retry("StepFunctions.ExecutionLimitExceededException"),
            *asl.retry("StepFunctions.AWSStepFunctionsException", _THROTTLED),
        ],
        catches=asl.catch(failure),
        next_state="Trained",
    )


_KEPT = (
    "predictor",
    "decision",
    "reason",
    "instance_type",
    "spot",
    "training_seconds",
    "billable_seconds",
    "usd",
    "best_model",
    "eval_metric",
    "evaluated_on",
    "metrics",
    "leaderboard_uri",
    "metrics_uri",
    "artifact_uri",
    "artifact_sha256",
    "parent",  # absent unless the run trained a model further
    "report_uri",
    "tracking",  # absent unless the settings name a server
    "model_package_arn",
    "promotion",
)
_OUTPUT = (
    "{'run': $states.input.job_name, "
    + ", ".join(f"'{key}': $states.input.{key}" for key in _KEPT)
    + "}"
)

"""Tune: plan -> tuning job -> summarize its trials -> register the best -> (approved) promote.

The tuning job is created by the SDK integration, which takes every field and tells a tuning job
that exists already from other errors: an execution that is redriven goes on with its own.
`StoppedTuningCleanUp` stops the tuning job of an execution that ends meanwhile.
"""

from typing import Any

from autogluon_constructs.workflows import asl, waiting_rounds
from autogluon_constructs.workflows.asl import jsonata
from autogluon_constructs.workflows.register_and_promote import register_and_promote
from autogluon_contracts.shown.states import ShownState

# See `waiting_rounds`: 14 days are some 18,900 events.
TIMEOUT_SECONDS = 14 * 24 * 3600

_CREATE = "arn:${Partition}:states:::aws-sdk:sagemaker:createHyperParameterTuningJob"
_DESCRIBE = "arn:${Partition}:states:::aws-sdk:sagemaker:describeHyperParameterTuningJob"
_DESCRIBE_TRIAL = "arn:${Partition}:states:::aws-sdk:sagemaker:describeTrainingJob"
_OF_INTEREST = (
    "{'status': $states.result.HyperParameterTuningJobStatus, "
    "'failure': $states.result.FailureReason, 'objective_type': "
    "$states.result.HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.Type}"
)
_FAILURE = (
    "{'error': 'TuningFailedError', 'cause': 'The tuning job ' & $run.job_name & ' ended as ' "
    "& $states.input.status & ($states.input.failure ? ': ' & $states.input.failure : '')}"
)


def tune_definition() -> dict[str, Any]:
    """Return the state machine's definition; substitutions: see `TuneWorkflow`."""
    return asl.machine(
        comment="Tunes a predictor, registers the best trial's model, and promotes it if approved",
        start_at=ShownState.PLAN_TUNING,
        timeout_seconds=TIMEOUT_SECONDS,
        states={
            ShownState.PLAN_TUNING: asl.invoke(
                "PlanTuning", asl.PLANNER_EVENT, next_state=ShownState.START_TUNING
            ),
            ShownState.START_TUNING: _start_tuning(),
            ShownState.WAIT_FOR_TUNING: waiting_rounds.wait(next_state=ShownState.DESCRIBE_TUNING),
            ShownState.DESCRIBE_TUNING: asl.task(
                _DESCRIBE,
                {"HyperParameterTuningJobName": jsonata("$run.job_name")},
                output=jsonata(_OF_INTEREST),
                retries=asl.retry("SageMaker.SageMakerException"),
                catches=asl.catch(asl.PLAIN_FAILURE),
                next_state="HasTuningEnded",
            ),
            "HasTuningEnded": asl.choices(
                ("$states.input.status in ['InProgress', 'Stopping']", ShownState.WAIT_FOR_TUNING),
                # People stop a search that is good enough: its best trial is as good as any.
                ("$states.input.status in ['Completed', 'Stopped']", ShownState.SUMMARIZE_TUNING),
                otherwise="TuningFailed",
            ),
            "TuningFailed": {
                "Type": "Pass",
                "Assign": {"failure": jsonata(_FAILURE)},
                "Next": asl.FAILED,
            },
            ShownState.SUMMARIZE_TUNING: asl.invoke(
                "SummarizeTuning",
                {"run": jsonata("$run"), "tuning_job": jsonata("$states.input")},
                assign={"tuning": jsonata("$states.result.Payload.tuning")},
                next_state="DescribeBestTrial",
            ),
            "DescribeBestTrial": asl.task(
                _DESCRIBE_TRIAL,
                {"TrainingJobName": jsonata("$states.input.best")},
                output={
                    "run": jsonata("$states.input.run"),
                    "training_job": jsonata("$states.result"),
                    "tuning": jsonata("$tuning"),
                },
                retries=asl.retry("SageMaker.SageMakerException"),
                catches=asl.catch(asl.PLAIN_FAILURE),
                next_state=ShownState.SUMMARIZE_TRAINING,
            ),
            **register_and_promote(also="{'tuning': $tuning}"),
        },
    )


def _start_tuning() -> asl.State:
    exists = {
        "ErrorEquals": ["SageMaker.ResourceInUseException"],
        "Assign": {"run": jsonata("$states.input.run"), **waiting_rounds.BEGIN},
        "Next": ShownState.WAIT_FOR_TUNING,
    }
    return asl.task(
        _CREATE,
        jsonata("$states.input.request"),
        assign={"run": jsonata("$states.input.run"), **waiting_rounds.BEGIN},
        retries=asl.create_retries(),
        catches=[exists, *asl.catch(asl.PLAIN_FAILURE)],
        next_state=ShownState.WAIT_FOR_TUNING,
    )

"""Training jobs with fields that the optimised integration does not know: create, then poll.

As for transform jobs (`transform_by_sdk.py`). Jobs on several instances encrypt the traffic between
these, by a field that Step Functions is not known to accept otherwise. `StoppedTrainingCleanUp`
stops the job of an execution that ends meanwhile.
"""

from autogluon_constructs.workflows import asl, ladder, waiting_rounds
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.shown.states import ShownState

_CREATE = "arn:${Partition}:states:::aws-sdk:sagemaker:createTrainingJob"
_DESCRIBE = "arn:${Partition}:states:::aws-sdk:sagemaker:describeTrainingJob"
# The answer has the ARN of the job only, which ends in its name.
_NAME = "$split($states.result.TrainingJobArn, '/')[1]"
_JOB = "$states.input.job"
_FAILURE = (
    f"{{'error': 'TrainingFailedError', 'cause': 'The training job ' & {_JOB}.TrainingJobName "
    f"& ' ended as ' & {_JOB}.TrainingJobStatus & ($exists({_JOB}.FailureReason) "
    f"? ': ' & {_JOB}.FailureReason : {_JOB}.SecondaryStatus = 'MaxRuntimeExceeded' "
    "? ': it ran longer than max_runtime_seconds' : '')}"
)
_LACK = f"{ladder.lacks_capacity('Training', _JOB)} ? 'capacity' : 'nothing'"


def train_by_sdk(*, done: str) -> asl.States:
    """Return the states from `CREATE_TRAINING_JOB` on.

    `done` gets `{"run", "training_job"}`, as from the optimised integration.
    """
    rungs = ladder.Ladder(
        "Training", ShownState.CREATE_TRAINING_JOB, ShownState.WAIT_TO_CREATE_TRAINING_JOB
    )
    return {
        ShownState.CREATE_TRAINING_JOB: asl.task(
            _CREATE,
            rungs.request,
            assign=waiting_rounds.BEGIN,
            output={"planned": jsonata("$states.input"), "name": jsonata(_NAME)},
            retries=asl.throttle_retries(),
            catches=rungs.catch(asl.PLAIN_FAILURE),
            next_state=ShownState.WAIT_FOR_TRAINING_JOB,
        ),
        **rungs.next_attempt(failed=asl.FAILED),
        ShownState.WAIT_FOR_TRAINING_JOB: waiting_rounds.wait(
            next_state=ShownState.DESCRIBE_TRAINING_JOB
        ),
        ShownState.DESCRIBE_TRAINING_JOB: asl.task(
            _DESCRIBE,
            {"TrainingJobName": jsonata("$states.input.name")},
            output=jsonata("$merge([$states.input, {'job': $states.result}])"),
            retries=asl.retry("SageMaker.SageMakerException"),
            # The job runs on; the clean-up stops it.
            catches=asl.catch(asl.PLAIN_FAILURE),
            next_state="HasTrainingJobEnded",
        ),
        "HasTrainingJobEnded": asl.choices(
            (
                f"{_JOB}.TrainingJobStatus in ['InProgress', 'Stopping']",
                ShownState.WAIT_FOR_TRAINING_JOB,
            ),
            (f"{_JOB}.TrainingJobStatus = 'Completed'", "TrainingJobCompleted"),
            otherwise="TrainingJobFailed",
        ),
        "TrainingJobCompleted": {
            "Type": "Pass",
            "Output": {
                "run": jsonata("$states.input.planned.run"),
                "training_job": jsonata(_JOB),
            },
            "Next": done,
        },
        "TrainingJobFailed": {
            "Type": "Pass",
            "Assign": {"failure": jsonata(_FAILURE), "lack": jsonata(_LACK)},
            "Output": jsonata("$states.input.planned"),
            "Next": rungs.decision,
        },
    }

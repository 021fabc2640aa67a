"""Transform jobs with fields that the optimised integration does not know: create, then poll.

Step Functions checks requests of its optimised integration against a list of its own, and a field
that is missing there ends an execution without a message. The SDK integration takes every field,
but returns when the job is created: its end is polled for, and `StoppedBatchCleanUp` stops
the job of an execution that ends meanwhile.
"""

from autogluon_constructs.workflows import asl, ladder, waiting_rounds
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.shown.states import ShownState

_CREATE = "arn:${Partition}:states:::aws-sdk:sagemaker:createTransformJob"
_DESCRIBE = "arn:${Partition}:states:::aws-sdk:sagemaker:describeTransformJob"
# The answer has the ARN of the job only, which ends in its name.
_NAME = "$split($states.result.TransformJobArn, '/')[1]"
# A description repeats the job's environment, which may be long.
_OF_INTEREST = (
    "$sift($states.result, function($value, $name) {$name in ['TransformJobName', "
    "'TransformJobStatus', 'FailureReason', 'TransformStartTime', 'TransformEndTime', "
    "'TransformResources']})"
)
_JOB = "$states.input.job"
_FAILURE = (
    f"{{'error': 'BatchFailedError', 'cause': 'The transform job ' & {_JOB}.TransformJobName "
    f"& ' ended as ' & {_JOB}.TransformJobStatus & ($exists({_JOB}.FailureReason) "
    f"? ': ' & {_JOB}.FailureReason : '')}}"
)
_LACK = f"{ladder.lacks_capacity('Transform', _JOB)} ? 'capacity' : 'nothing'"


def transform_by_sdk(*, done: str, failed: str) -> asl.States:
    """Return the states from `CREATE_TRANSFORM_JOB` on.

    `done` gets `{"batch", "transform_job"}`, as from the optimised integration; `failed` finds
    `$failure`.
    """
    rungs = ladder.Ladder(
        "Transform", ShownState.CREATE_TRANSFORM_JOB, ShownState.WAIT_TO_CREATE_TRANSFORM_JOB
    )
    return {
        ShownState.CREATE_TRANSFORM_JOB: asl.task(
            _CREATE,
            rungs.request,
            assign=waiting_rounds.BEGIN,
            output={"planned": jsonata("$states.input"), "name": jsonata(_NAME)},
            retries=asl.throttle_retries(),
            catches=rungs.catch(asl.PLAIN_FAILURE),
            next_state=ShownState.WAIT_FOR_TRANSFORM_JOB,
        ),
        **rungs.next_attempt(failed=failed),
        ShownState.WAIT_FOR_TRANSFORM_JOB: waiting_rounds.wait(
            next_state=ShownState.DESCRIBE_TRANSFORM_JOB
        ),
        ShownState.DESCRIBE_TRANSFORM_JOB: asl.task(
            _DESCRIBE,
            {"TransformJobName": jsonata("$states.input.name")},
            output=jsonata(f"$merge([$states.input, {{'job': {_OF_INTEREST}}}])"),
            retries=asl.retry("SageMaker.SageMakerException"),
            # The job runs on; the clean-up stops it.
            catches=asl.catch(asl.PLAIN_FAILURE, next_state=failed),
            next_state="HasTransformJobEnded",
        ),
        "HasTransformJobEnded": asl.choices(
            (
                "$states.input.job.TransformJobStatus in ['InProgress', 'Stopping']",
                ShownState.WAIT_FOR_TRANSFORM_JOB,
            ),
            ("$states.input.job.TransformJobStatus = 'Completed'", "TransformJobCompleted"),
            otherwise="TransformJobFailed",
        ),
        "TransformJobCompleted": {
            "Type": "Pass",
            "Output": {"batch": jsonata("$batch"), "transform_job": jsonata("$states.input.job")},
            "Next": done,
        },
        "TransformJobFailed": {
            "Type": "Pass",
            "Assign": {"failure": jsonata(_FAILURE), "lack": jsonata(_LACK)},
            "Output": jsonata("$states.input.planned"),
            "Next": rungs.decision,
        },
    }

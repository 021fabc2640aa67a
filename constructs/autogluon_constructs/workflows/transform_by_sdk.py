"""Transform jobs with fields that the optimised integration does not know: create, then poll.

Step Functions checks requests of its optimised integration against a list of its own, and a field
that is missing there ends an execution without a message. The SDK integration takes every field,
but returns when the job is created: its end is polled for, and `StoppedBatchCleanUp` stops
the job of an execution that ends meanwhile.
"""

from autogluon_constructs.workflows import asl, waiting_rounds
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.states_shown import ShownState

_CREATE = "arn:${Partition}:states:::aws-sdk:sagemaker:createTransformJob"
_DESCRIBE = "arn:${Partition}:states:::aws-sdk:sagemaker:describeTransformJob"
# A description repeats the job's environment, which may be long.
_OF_INTEREST = (
    "$sift($states.result, function($value, $name) {$name in ['TransformJobName', "
    "'TransformJobStatus', 'FailureReason', 'TransformStartTime', 'TransformEndTime']})"
)
_FAILURE = (
    "{'error': 'BatchFailedError', 'cause': 'The transform job ' & $states.input.TransformJobName "
    "& ' ended as ' & $states.input.TransformJobStatus & ($exists($states.input.FailureReason) "
    "? ': ' & $states.input.FailureReason : '')}"
)


def transform_by_sdk(*, done: str, failed: str) -> asl.States:
    """Return the states from `CREATE_TRANSFORM_JOB` on.

    The variable `batch` has the job's name. `done` gets `{"batch", "transform_job"}`, as from the
    optimised integration; `failed` finds `$failure`.
    """
    return {
        ShownState.CREATE_TRANSFORM_JOB: asl.task(
            _CREATE,
            jsonata("$states.input.request"),
            assign=waiting_rounds.BEGIN,
            retries=asl.create_retries(),
            catches=asl.catch(asl.PLAIN_FAILURE, next_state=failed),
            next_state=ShownState.WAIT_FOR_TRANSFORM_JOB,
        ),
        ShownState.WAIT_FOR_TRANSFORM_JOB: waiting_rounds.wait(
            next_state=ShownState.DESCRIBE_TRANSFORM_JOB
        ),
        ShownState.DESCRIBE_TRANSFORM_JOB: asl.task(
            _DESCRIBE,
            {"TransformJobName": jsonata("$batch.job_name")},
            output=jsonata(_OF_INTEREST),
            retries=asl.retry("SageMaker.SageMakerException"),
            # The job runs on; the clean-up stops it.
            catches=asl.catch(asl.PLAIN_FAILURE, next_state=failed),
            next_state="HasTransformJobEnded",
        ),
        "HasTransformJobEnded": asl.choices(
            (
                "$states.input.TransformJobStatus in ['InProgress', 'Stopping']",
                ShownState.WAIT_FOR_TRANSFORM_JOB,
            ),
            ("$states.input.TransformJobStatus = 'Completed'", "TransformJobCompleted"),
            otherwise="TransformJobFailed",
        ),
        "TransformJobCompleted": {
            "Type": "Pass",
            "Output": {"batch": jsonata("$batch"), "transform_job": jsonata("$states.input")},
            "Next": done,
        },
        "TransformJobFailed": {
            "Type": "Pass",
            "Assign": {"failure": jsonata(_FAILURE)},
            "Next": failed,
        },
    }

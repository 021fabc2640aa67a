"""Transform jobs with fields that the optimised integration does not know.

`StoppedBatchCleanUp` stops the job of an execution that ends meanwhile.
"""

from autogluon_constructs.workflows import asl
from autogluon_constructs.workflows.asl import jsonata
from autogluon_constructs.workflows.sdk_jobs.sdk_job import JOB, SdkJob
from autogluon_contracts.shown.states import ShownState

# A description repeats the job's environment, which may be long.
_OF_INTEREST = (
    "$sift($states.result, function($value, $name) {$name in ['TransformJobName', "
    "'TransformJobStatus', 'FailureReason', 'TransformStartTime', 'TransformEndTime', "
    "'TransformResources']})"
)
_TRANSFORM = SdkJob(
    kind="Transform",
    create=ShownState.CREATE_TRANSFORM_JOB,
    wait_to_create=ShownState.WAIT_TO_CREATE_TRANSFORM_JOB,
    wait=ShownState.WAIT_FOR_TRANSFORM_JOB,
    describe=ShownState.DESCRIBE_TRANSFORM_JOB,
    error="BatchFailedError",
    kept=_OF_INTEREST,
)


def transform_by_sdk(*, done: str, failed: str) -> asl.States:
    """Return the states from `CREATE_TRANSFORM_JOB` on.

    `done` gets `{"batch", "transform_job"}`, as from the optimised integration; `failed` finds
    `$failure`.
    """
    output = {"batch": jsonata("$batch"), "transform_job": jsonata(JOB)}
    return _TRANSFORM.states(output=output, done=done, failed=failed)

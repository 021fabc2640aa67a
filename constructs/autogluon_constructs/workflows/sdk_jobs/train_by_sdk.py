"""Training jobs on several instances.

They encrypt the traffic between these, by a field that Step Functions is not known to accept
otherwise. `StoppedTrainingCleanUp` stops the job of an execution that ends meanwhile.
"""

from autogluon_constructs.workflows import asl
from autogluon_constructs.workflows.asl import jsonata
from autogluon_constructs.workflows.sdk_jobs.sdk_job import JOB, SdkJob
from autogluon_contracts.shown.states import ShownState

_TRAINING = SdkJob(
    kind="Training",
    create=ShownState.CREATE_TRAINING_JOB,
    wait_to_create=ShownState.WAIT_TO_CREATE_TRAINING_JOB,
    wait=ShownState.WAIT_FOR_TRAINING_JOB,
    describe=ShownState.DESCRIBE_TRAINING_JOB,
    error="TrainingFailedError",
    further_reason=(
        f"{JOB}.SecondaryStatus = 'MaxRuntimeExceeded' "
        "? ': it ran longer than max_runtime_seconds' : ''"
    ),
)


def train_by_sdk(*, done: str) -> asl.States:
    """Return the states from `CREATE_TRAINING_JOB` on.

    `done` gets `{"run", "training_job"}`, as from the optimised integration.
    """
    output = {"run": jsonata("$states.input.planned.run"), "training_job": jsonata(JOB)}
    return _TRAINING.states(output=output, done=done)

"""The states of the state machines whose progress people are shown, and in which words."""

from __future__ import annotations

from enum import StrEnum

PLANNERS_NOTES = "notes"
"""Key of a planned training's `run`: sentences on its data, for those who follow the run."""


class ShownState(StrEnum):
    """The name of a state, and what its execution is `doing` while it is in that state.

    States that are not listed take less than a second.

    Example:
        >>> ShownState("TrainModel").doing
        'training'
    """

    doing: str

    def __new__(cls, name: str, doing: str) -> ShownState:
        state = str.__new__(cls, name)
        state._value_ = name
        state.doing = doing
        return state

    PLAN_TRAINING = "PlanTraining", "checking the input"
    TRAIN_MODEL = "TrainModel", "training"
    WAIT_TO_TRAIN = "WaitToTrain", "waiting for instances"
    CREATE_TRAINING_JOB = "CreateTrainingJob", "training"
    WAIT_TO_CREATE_TRAINING_JOB = "WaitToCreateTrainingJob", "waiting for instances"
    WAIT_FOR_TRAINING_JOB = "WaitForTrainingJob", "training"
    DESCRIBE_TRAINING_JOB = "DescribeTrainingJob", "training"
    PLAN_TUNING = "PlanTuning", "checking the input"
    START_TUNING = "StartTuning", "tuning"
    WAIT_FOR_TUNING = "WaitForTuning", "tuning"
    DESCRIBE_TUNING = "DescribeTuning", "tuning"
    SUMMARIZE_TUNING = "SummarizeTuning", "comparing the trials"
    SUMMARIZE_TRAINING = "SummarizeTraining", "collecting the results"
    REGISTER_MODEL = "RegisterModel", "registering the model"
    PROMOTE_MODEL = "PromoteModel", "promoting the model"
    PLAN_BATCH = "PlanBatch", "checking the input"
    CREATE_MODEL = "CreateModel", "preparing the model"
    PROCESS_DATA = "ProcessData", "predicting"
    WAIT_TO_PROCESS = "WaitToProcess", "waiting for instances"
    PROCESS_GROUPS = "ProcessGroups", "predicting"
    TRANSFORM_DATA = "TransformData", "predicting"
    WAIT_TO_TRANSFORM = "WaitToTransform", "waiting for instances"
    WAIT_TO_CREATE_TRANSFORM_JOB = "WaitToCreateTransformJob", "waiting for instances"
    CREATE_TRANSFORM_JOB = "CreateTransformJob", "predicting"
    WAIT_FOR_TRANSFORM_JOB = "WaitForTransformJob", "predicting"
    DESCRIBE_TRANSFORM_JOB = "DescribeTransformJob", "predicting"
    SUMMARIZE_BATCH = "SummarizeBatch", "counting the rows"
    PLAN_DRIFT = "PlanDrift", "looking for captured requests"
    COMPARE_DATA = "CompareData", "comparing"
    WAIT_TO_COMPARE = "WaitToCompare", "waiting for instances"
    SUMMARIZE_DRIFT = "SummarizeDrift", "reading the report"
    PLAN_PROCESSING = "PlanProcessing", "checking the input"
    PROCESS_STEP = "ProcessStep", "processing"
    WAIT_TO_PROCESS_STEP = "WaitToProcessStep", "waiting for instances"
    SUMMARIZE_PROCESSING = "SummarizeProcessing", "listing the outputs"
    PLAN_MIRROR = "PlanMirror", "checking the input"
    MIRROR_WEIGHTS = "MirrorWeights", "mirroring the weights"
    WAIT_TO_MIRROR = "WaitToMirror", "waiting for instances"
    SUMMARIZE_MIRROR = "SummarizeMirror", "checking the files"
    PREPARE_PROMOTION = "PreparePromotion", "checking the model"
    READ_STACK_TO_PAUSE = "ReadStackToPause", "switching automatic scaling off"
    PAUSE_SCALING = "PauseScaling", "switching automatic scaling off"
    WAIT_FOR_PAUSE = "WaitForPause", "switching automatic scaling off"
    DESCRIBE_PAUSED_STACK = "DescribePausedStack", "switching automatic scaling off"
    UPDATE_STACK = "UpdateStack", "updating the endpoint"
    WAIT_FOR_STACK = "WaitForStack", "updating the endpoint"
    DESCRIBE_STACK = "DescribeStack", "updating the endpoint"
    VERIFY_PROMOTION = "VerifyPromotion", "verifying the endpoint"
    READ_STACK_TO_PUT_BACK = "ReadStackToPutBack", "restoring the previous model"
    PAUSE_TO_PUT_BACK = "PauseToPutBack", "restoring the previous model"
    WAIT_TO_PUT_BACK = "WaitToPutBack", "restoring the previous model"
    RESTORE_LIVE_MODEL = "RestoreLiveModel", "restoring the previous model"
    DESCRIBE_STACK_TO_RESTORE = "DescribeStackToRestore", "restoring the previous model"
    WAIT_TO_RESTORE_STACK = "WaitToRestoreStack", "restoring the previous model"
    RESTORE_STACK = "RestoreStack", "restoring the previous model"
    WAIT_FOR_RESTORED_STACK = "WaitForRestoredStack", "restoring the previous model"
    DESCRIBE_RESTORED_STACK = "DescribeRestoredStack", "restoring the previous model"


# By name: `doing_in["TrainModel"]` is "training".
DOING_IN = {state.value: state.doing for state in ShownState}
# While it is doing these, the models or rows so far, or the update's stage, are shown, too.
WITH_DETAIL = (
    "training",
    "tuning",
    "predicting",
    "counting the rows",
    "updating the endpoint",
    "restoring the previous model",
)

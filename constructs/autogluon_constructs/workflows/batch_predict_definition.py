"""BatchPredict: plan, then bulk jobs, or model -> transform job -> no model; then summarize."""

from typing import Any

from autogluon_constructs.workflows import asl, ladder
from autogluon_constructs.workflows.asl import jsonata
from autogluon_constructs.workflows.process_groups import process_groups
from autogluon_constructs.workflows.sdk_jobs.transform_by_sdk import transform_by_sdk
from autogluon_contracts.shown.states import ShownState

# A transform job has no run time limit of its own, and a processing job may have as much.
TIMEOUT_SECONDS = 5 * 24 * 3600

_DELETE_MODEL = "arn:${Partition}:states:::aws-sdk:sagemaker:deleteModel"


def batch_predict_definition() -> dict[str, Any]:
    """Return the state machine's definition; substitutions: see `BatchPredictWorkflow`."""
    return asl.machine(
        comment="Scores files with a registered model, by the bulk engine or by Batch Transform",
        start_at=ShownState.PLAN_BATCH,
        timeout_seconds=TIMEOUT_SECONDS,
        states={
            ShownState.PLAN_BATCH: asl.invoke(
                "PlanBatch", asl.PLANNER_EVENT, assign=ladder.BEGIN, next_state="ChooseEngine"
            ),
            "ChooseEngine": asl.choices(
                ("$exists($states.input.fan_out)", ShownState.PROCESS_GROUPS),
                ("$states.input.batch.engine = 'bulk'", ShownState.PROCESS_DATA),
                otherwise=ShownState.CREATE_MODEL,
            ),
            **process_groups(next_state=ShownState.SUMMARIZE_BATCH),
            **ladder.Ladder(
                "Processing", ShownState.PROCESS_DATA, ShownState.WAIT_TO_PROCESS
            ).states(
                asl.job_failure("Processing", error="BatchFailedError"),
                output={
                    "batch": jsonata("$states.input.batch"),
                    "processing_job": jsonata("$states.result"),
                },
                next_state=ShownState.SUMMARIZE_BATCH,
            ),
            ShownState.CREATE_MODEL: asl.task(
                "arn:${Partition}:states:::sagemaker:createModel",
                jsonata("$states.input.model_request"),
                assign={"batch": jsonata("$states.input.batch")},
                output=jsonata("$states.input"),
                retries=asl.create_retries(),
                catches=asl.catch(asl.PLAIN_FAILURE),
                next_state="ChooseIntegration",
            ),
            "ChooseIntegration": asl.choice(
                "$states.input.integration = 'sdk'",
                then=ShownState.CREATE_TRANSFORM_JOB,
                otherwise=ShownState.TRANSFORM_DATA,
            ),
            **transform_by_sdk(done="DeleteModel", failed="DeleteModelAfterFailure"),
            **ladder.Ladder(
                "Transform", ShownState.TRANSFORM_DATA, ShownState.WAIT_TO_TRANSFORM
            ).states(
                asl.job_failure("Transform", error="BatchFailedError"),
                output={
                    "batch": jsonata("$batch"),
                    "transform_job": jsonata("$states.result"),
                },
                next_state="DeleteModel",
                failed="DeleteModelAfterFailure",
            ),
            "DeleteModel": asl.task(
                _DELETE_MODEL,
                {"ModelName": jsonata("$batch.model_name")},
                output=jsonata("$states.input"),
                retries=asl.retry("SageMaker.SageMakerException"),
                # A model costs nothing; the batch it served has succeeded.
                catches=[
                    {
                        "ErrorEquals": ["States.ALL"],
                        "Output": jsonata("$states.input"),
                        "Next": ShownState.SUMMARIZE_BATCH,
                    }
                ],
                next_state=ShownState.SUMMARIZE_BATCH,
            ),
            "DeleteModelAfterFailure": asl.task(
                _DELETE_MODEL,
                {"ModelName": jsonata("$batch.model_name")},
                retries=asl.retry("SageMaker.SageMakerException"),
                # The job's failure is the news; `$failure` keeps it.
                catches=[{"ErrorEquals": ["States.ALL"], "Next": asl.FAILED}],
                next_state=asl.FAILED,
            ),
            ShownState.SUMMARIZE_BATCH: asl.invoke(
                "SummarizeBatch", jsonata("$states.input"), next_state="Predicted"
            ),
            "Predicted": {"Type": "Succeed"},
        },
    )

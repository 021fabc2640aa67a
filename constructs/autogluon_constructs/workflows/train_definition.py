"""Train: plan -> training job -> summarize -> register -> (approved) promote."""

from typing import Any

from autogluon_constructs.workflows import asl, ladder
from autogluon_constructs.workflows.asl import jsonata
from autogluon_constructs.workflows.register_and_promote import register_and_promote
from autogluon_constructs.workflows.sdk_jobs.train_by_sdk import train_by_sdk
from autogluon_contracts.shown.states import ShownState

# A job may wait for capacity and run for five days; its own limits end it long before this.
TIMEOUT_SECONDS = 7 * 24 * 3600


def train_definition() -> dict[str, Any]:
    """Return the state machine's definition; substitutions: see `TrainWorkflow`."""
    return asl.machine(
        comment="Trains a predictor, registers the model, and promotes it when the gate approves",
        start_at=ShownState.PLAN_TRAINING,
        timeout_seconds=TIMEOUT_SECONDS,
        states={
            ShownState.PLAN_TRAINING: asl.invoke(
                "PlanTraining",
                asl.PLANNER_EVENT,
                assign=ladder.BEGIN,
                next_state="ChooseIntegration",
            ),
            "ChooseIntegration": asl.choice(
                "$states.input.integration = 'sdk'",
                then=ShownState.CREATE_TRAINING_JOB,
                otherwise=ShownState.TRAIN_MODEL,
            ),
            **_train_model(),
            **train_by_sdk(done=ShownState.SUMMARIZE_TRAINING),
            **register_and_promote(),
        },
    )


def _train_model() -> asl.States:
    rungs = ladder.Ladder("Training", ShownState.TRAIN_MODEL, ShownState.WAIT_TO_TRAIN)
    return rungs.states(
        asl.job_failure("Training", error="TrainingFailedError"),
        output={"run": jsonata("$states.input.run"), "training_job": jsonata("$states.result")},
        next_state=ShownState.SUMMARIZE_TRAINING,
    )

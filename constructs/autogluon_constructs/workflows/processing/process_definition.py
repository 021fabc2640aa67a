"""Process: plan -> processing job -> summarize."""

from typing import Any

from autogluon_constructs.workflows import asl, ladder
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.shown.states import ShownState

# The job's own limit is at most five days; what is more is for waiting for instances.
TIMEOUT_SECONDS = 6 * 24 * 3600


def process_definition() -> dict[str, Any]:
    """Return the state machine's definition; substitutions: see `ProcessWorkflow`."""
    return asl.machine(
        comment="Runs a predictor's script on data, or describes data",
        start_at=ShownState.PLAN_PROCESSING,
        timeout_seconds=TIMEOUT_SECONDS,
        states={
            ShownState.PLAN_PROCESSING: asl.invoke(
                "PlanProcessing",
                asl.PLANNER_EVENT,
                assign=ladder.BEGIN,
                next_state=ShownState.PROCESS_STEP,
            ),
            **ladder.Ladder(
                "Processing", ShownState.PROCESS_STEP, ShownState.WAIT_TO_PROCESS_STEP
            ).states(
                asl.job_failure("Processing", error="ProcessingFailedError"),
                output={"run": jsonata("$states.input.run")},
                next_state=ShownState.SUMMARIZE_PROCESSING,
            ),
            ShownState.SUMMARIZE_PROCESSING: asl.invoke(
                "SummarizeProcessing", jsonata("$states.input"), next_state="Processed"
            ),
            "Processed": {"Type": "Succeed"},
        },
    )

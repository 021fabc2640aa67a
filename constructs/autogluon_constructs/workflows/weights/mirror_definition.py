"""MirrorWeights: plan -> processing job -> summarize."""

from typing import Any

from autogluon_constructs.workflows import asl, ladder
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts.shown.states import ShownState

# The job has a limit of its own; it may wait for capacity before.
TIMEOUT_SECONDS = 5 * 24 * 3600


def mirror_definition() -> dict[str, Any]:
    """Return the state machine's definition; substitutions: see `MirrorWorkflow`."""
    return asl.machine(
        comment="Mirrors pretrained weights from a hub into the artifact bucket",
        start_at=ShownState.PLAN_MIRROR,
        timeout_seconds=TIMEOUT_SECONDS,
        states={
            ShownState.PLAN_MIRROR: asl.invoke(
                "PlanMirror",
                asl.PLANNER_EVENT,
                assign=ladder.BEGIN,
                next_state=ShownState.MIRROR_WEIGHTS,
            ),
            **ladder.Ladder(
                "Processing", ShownState.MIRROR_WEIGHTS, ShownState.WAIT_TO_MIRROR
            ).states(
                asl.job_failure("Processing", error="MirrorFailedError"),
                output={
                    "mirror": jsonata("$states.input.mirror"),
                    "processing_job": jsonata("$states.result"),
                },
                next_state=ShownState.SUMMARIZE_MIRROR,
            ),
            ShownState.SUMMARIZE_MIRROR: asl.invoke(
                "SummarizeMirror", jsonata("$states.input"), next_state="Mirrored"
            ),
            "Mirrored": {"Type": "Succeed"},
        },
    )

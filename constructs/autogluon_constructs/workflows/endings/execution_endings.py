"""Match the executions that end otherwise than by success."""

from collections.abc import Sequence

from aws_cdk import aws_events as events

from autogluon_constructs.workflows.state_machine import StateMachine

# Step Functions' guide, "Automating Step Functions event delivery with EventBridge". A state
# machine that acts by itself does nothing when it is stopped, times out, or dies of
# States.Runtime or States.DataLimitExceeded, which no state can catch.
_STATUS_CHANGE = "Step Functions Execution Status Change"
_UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")


def unsuccessful_ends_of(state_machines: Sequence[StateMachine]) -> events.EventPattern:
    """Return the pattern of an EventBridge rule."""
    return events.EventPattern(
        source=["aws.states"],
        detail_type=[_STATUS_CHANGE],
        detail={
            "status": list(_UNSUCCESSFUL),
            # The children of a distributed Map have another one: theirs ends in `/<label>`.
            "stateMachineArn": [machine.arn for machine in state_machines],
        },
    )

"""Call a function when an execution ends otherwise than by success."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext

# Step Functions' guide, "Automating Step Functions event delivery with EventBridge". A state
# machine that acts by itself does nothing when it is stopped, times out, or dies of
# States.Runtime or States.DataLimitExceeded, which no state can catch.
_STATUS_CHANGE = "Step Functions Execution Status Change"
_UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")


def on_unsuccessful_ends(
    scope: Construct,
    construct_id: str,
    *,
    context: WorkflowContext,
    state_machines: Sequence[StateMachine],
    handler: str,
    description: str,
    executions: str,
    environment: Mapping[str, str] | None = None,
) -> LambdaFunction:
    """Return the function, which a rule named `Rule` of the same scope calls.

    EventBridge delivers at least once, so that the function can, rarely, be called twice.

    Args:
        executions: what ends, in words, such as `training runs`.
    """
    function = context.function(
        scope, construct_id, handler=handler, description=description, environment=environment
    )
    events.Rule(
        scope,
        "Rule",
        description=f"Unsuccessful {executions} of autogluon-{context.environment}",
        event_pattern=_unsuccessful_ends_of(state_machines),
        targets=[targets.LambdaFunction(function.function)],
    )
    return function


def _unsuccessful_ends_of(state_machines: Sequence[StateMachine]) -> events.EventPattern:
    return events.EventPattern(
        source=["aws.states"],
        detail_type=[_STATUS_CHANGE],
        detail={
            "status": list(_UNSUCCESSFUL),
            # The children of a distributed Map have another one: theirs ends in `/<label>`.
            "stateMachineArn": [machine.arn for machine in state_machines],
        },
    )

"""Switch scaling on again where a promotion was ended between its two updates.

A promotion switches scaling off, by an update of its own, before it changes the instance type. One
that fails switches it on again; one that is stopped, or times out, cannot. What is live is then
promoted once more, in its turn, which changes nothing but that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.names import SCALING_OFF, SCALING_PARAMETER, execution_digest
from autogluon_lambdas.logic.registry.model_choice import NONE
from autogluon_lambdas.logic.registry.predictors import load_spec, predictor_of_input
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.ports import Executions, PredictorStore, Stacks

_BEGINNING = "scaling-"


@dataclass(frozen=True)
class ScalingResumer:
    """Starts the promotions that switch scaling on again."""

    environment: Environment
    predictors: PredictorStore
    stacks: Stacks
    executions: Executions

    def resume(self, event: Mapping[str, Any]) -> str | None:
        """Return the name of the promotion that this call started; None where none is needed.

        EventBridge may deliver twice: an end leads to one name, and so to one execution.

        Args:
            event: EventBridge's `Step Functions Execution Status Change` of a promotion.
        """
        detail = event["detail"]
        predictor = predictor_of_input(detail.get("input"))
        if predictor is None or _ended_itself(detail):
            return None
        name = f"{_BEGINNING}{predictor}-"
        if detail["name"].startswith(name):
            return None  # it was this very promotion, which is not tried for ever
        endpoint = load_spec(self.predictors, predictor).endpoint
        if endpoint is None or not endpoint.autoscaled:
            return None
        stack = self.stacks.state(endpoint.stack_name)
        if stack is None or stack.status.startswith("DELETE"):
            return None
        live = self.predictors.live_model(predictor)
        if stack.parameters.get(SCALING_PARAMETER) != SCALING_OFF or live == NONE:
            return None
        # A redriven execution ends more than once.
        name += execution_digest(f"{detail['executionArn']} {detail['stopDate']}")
        arguments = {"predictor": predictor, "model": live}
        machine = self.environment.promote_state_machine_arn
        return name if self.executions.start(machine, name, arguments) else None


def _ended_itself(detail: Mapping[str, Any]) -> bool:
    """Return whether the execution reached its end: then it has seen to scaling, or says why not.

    No state can catch an error of Step Functions' own, such as `States.Runtime`.
    """
    error = detail.get("error") or ""
    return bool(detail["status"] == "FAILED" and not error.startswith("States."))

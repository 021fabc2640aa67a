"""Prepare a promotion: choose the version, check that the endpoint's stack can be updated."""

from dataclasses import asdict, dataclass
from typing import Any

from autogluon_contracts.documents.execution_inputs import PromoteInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.names import (
    MAIN_VARIANT,
    SHADOW_VARIANT,
    UPDATE_PARAMETER,
    model_package_group,
    promotion_lock,
)
from autogluon_contracts.quality_gate import APPROVED
from autogluon_lambdas.logic.promotion.callers import require_unbroken_callers
from autogluon_lambdas.logic.promotion.endpoint_parameters import (
    endpoint_parameters,
    must_pause_scaling,
    must_pause_to_put_back,
    put_back_at_once,
    scaling_on,
)
from autogluon_lambdas.logic.promotion.turn import take_turn
from autogluon_lambdas.logic.promotion.variants import (
    expected_variants,
    require_main_model,
    require_variant,
    variants_of,
)
from autogluon_lambdas.logic.registry.model_choice import NONE, ModelChooser, how_to_approve
from autogluon_lambdas.logic.registry.predictors import load_spec, require_predictor
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import ModelNotReadyError, PredictorBusyError, PromotionError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import read_input
from autogluon_lambdas.models.events.promotion import Promotion
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import (
    Executions,
    Locks,
    ModelRegistry,
    ObjectStore,
    PredictorStore,
    Stacks,
    StackState,
)

_NEVER_CREATED = "REVIEW_IN_PROGRESS"  # it has a change set, and nothing else
_UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)


@dataclass(frozen=True)
class PromotionPreparer:
    """Decides what a Promote execution changes."""

    environment: Environment
    predictors: PredictorStore
    registry: ModelRegistry
    stacks: Stacks
    executions: Executions
    store: ObjectStore
    locks: Locks

    def prepare(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the promotion for a planner event.

        Raises InvalidInputError for a model that cannot be named so and for instances outside the
        guardrails, PromotionError when the model is not approved or would break callers, or the
        endpoint's stack cannot be updated, ModelNotReadyError while it is registered,
        PredictorBusyError while another promotion of the predictor runs, or its stack changes.
        """
        execution = Execution.from_event(event)
        require_predictor(self.predictors, event)
        asked = read_input(PromoteInput, event)
        spec = load_spec(self.predictors, asked.predictor)
        take_turn(
            self.locks,
            self.executions,
            lock=promotion_lock(self.environment.artifact_bucket, spec.name),
            execution=execution,
            predictor=spec.name,
        )
        require_variant(asked, spec)
        variant = asked.variant
        parameter = self.predictors.live_model_parameter(spec.name, variant)
        live_models = {
            name: self.predictors.live_model(spec.name, name)
            for name in (MAIN_VARIANT, *variants_of(spec))
        }
        live, main = live_models[variant], live_models[MAIN_VARIANT]
        require_main_model(asked, main)
        package = self._package(asked)
        target = NONE if package is None else package.arn
        stack = self._stack(spec)
        if variant != MAIN_VARIANT and spec.endpoint is not None and stack is not None:
            _require_variant(spec.endpoint.stack_name, stack, variant, parameter)
        deployed = stack.resolved_parameters.get(parameter, target) if stack else target
        # An update may have been cut off behind the parameter: what is served counts then.
        previous = deployed if live == target else live
        if package is not None and not asked.allow_schema_change:
            # Callers' requests reach every variant, whichever answers them.
            known = previous if variant == MAIN_VARIANT else main
            require_unbroken_callers(self.registry, self.store, spec, package, known)
        before = stack.parameters if stack else {}
        parameters = endpoint_parameters(asked, spec, before)
        served = NONE not in (previous, target)
        comes_and_goes = variant not in (MAIN_VARIANT, SHADOW_VARIANT) and main != NONE
        loses_variant = comes_and_goes and target == NONE != previous
        gains_variant = comes_and_goes and previous == NONE != target
        paused = (served or loses_variant) and must_pause_scaling(
            spec, parameters, before, loses_variant=loses_variant
        )
        pauses_to_put_back = (served or gains_variant) and must_pause_to_put_back(
            spec, parameters, before, gains_variant=gains_variant
        )
        parameters |= scaling_on(before, paused=paused)
        promotion = Promotion(
            predictor=spec.name,
            parameter_name=parameter,
            previous=previous,
            target=target,
            stack_name=spec.endpoint.stack_name if spec.endpoint else None,
            endpoint_name=spec.endpoint.name if spec.endpoint else None,
            changed=previous != target
            or any(
                before[name] != value
                for name, value in parameters.items()
                # It says how, not what.
                if name != UPDATE_PARAMETER
            ),
            stack_token=f"promote-{execution.digest_of_start(32)}",
            stack_parameters=parameters,
            # Whatever becomes of the promotion, the endpoint scales afterwards.
            previous_parameters={name: before[name] for name in parameters}
            | scaling_on(before, paused=paused or pauses_to_put_back)
            | put_back_at_once(before),
            pauses_scaling=paused,
            put_back_pauses_scaling=pauses_to_put_back,
            instance_type=asked.instance_type,
            initial_instance_count=asked.initial_instance_count,
            engine=asked.engine,
            variant=variant,
            variants=expected_variants(
                spec, live_models | {variant: target}, {**before, **parameters}
            ),
            is_component=spec.endpoint is not None and spec.endpoint.component is not None,
        )
        return {"promotion": asdict(promotion)}

    def _package(self, asked: PromoteInput) -> ModelPackage | None:
        if asked.model == NONE:
            return None
        group = model_package_group(self.environment.name, asked.predictor)
        chooser = ModelChooser(self.registry, self.predictors, group, asked.predictor)
        package = chooser.for_promotion(asked.model)
        if package.status != APPROVED:
            raise PromotionError(
                f'Version {package.version} of predictor "{asked.predictor}" is {package.status}, '
                "and only approved versions go live.",
                advice=how_to_approve(package.arn),
            )
        _require_registered(package, asked.predictor)
        return package

    def _stack(self, spec: PredictorSpec) -> StackState | None:
        if spec.endpoint is None:
            return None
        name = spec.endpoint.stack_name
        state = self.stacks.state(name)
        if state is None:
            raise PromotionError(
                f"The stack {name} does not exist.", advice="Deploy it first with cdk deploy."
            )
        # Of a deployment, or of a promotion that was stopped: CloudFormation goes on by itself.
        if state.status.endswith("_IN_PROGRESS") and state.status != _NEVER_CREATED:
            raise PredictorBusyError(
                f"The stack {name} is {state.status}.",
                advice="Wait until it is done, then promote again.",
            )
        if state.status not in _UPDATABLE:
            raise PromotionError(
                f"The stack {name} is {state.status} and cannot be updated.",
                advice="Repair it with cdk deploy, then promote again.",
            )
        return state


def _require_variant(name: str, stack: StackState, variant: str, parameter: str) -> None:
    if parameter not in stack.resolved_parameters:
        raise PromotionError(
            f'The stack {name} has no variant "{variant}" yet.',
            advice="Run cdk deploy, then promote again.",
        )


def _require_registered(package: ModelPackage, predictor: str) -> None:
    if package.registration == "Completed":
        return
    which = f'version {package.version} of predictor "{predictor}"'
    if package.registration == "Failed":
        raise PromotionError(
            f"SageMaker could not register {which}.", advice="Train the predictor again."
        )
    raise ModelNotReadyError(
        f"SageMaker is still registering {which}.", advice="Promote it in a minute."
    )

"""Plan a processing run: find step and inputs, build the job's request and its document."""

from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.data_profile import PAGE_NAME
from autogluon_contracts.documents.execution_inputs import ProcessInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.processing_job import ProcessingJobConfig, ProfileConfig
from autogluon_contracts.documents.processing_spec import PROFILE, ProcessingSpec
from autogluon_contracts.names import processing_folder, processing_output
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.earlier_run import refuse_name_of_earlier_run
from autogluon_lambdas.logic.processing.inputs import FoundInput, find_inputs
from autogluon_lambdas.logic.processing.request import (
    ProcessingPlan,
    processing_request,
    processing_resources,
    storage_gb,
)
from autogluon_lambdas.logic.registry.predictors import load_spec, require_predictor
from autogluon_lambdas.logic.sagemaker.ladder import ladder
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import read_input
from autogluon_lambdas.ports import ObjectStore, PredictorStore

_GIGABYTE = 1_000_000_000
_JSON = "application/json"


@dataclass(frozen=True)
class ProcessingPlanner:
    """Plans processing runs."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the job's request and the run for a planner event.

        Raises InvalidInputError or InvalidDataError before anything is written.
        """
        execution = Execution.from_event(event)
        require_predictor(self.predictors, event)
        asked = read_input(ProcessInput, event)
        spec = load_spec(self.predictors, asked.predictor)
        name = _step_name(spec, asked.step)
        step = (spec.processing or {}).get(name, ProcessingSpec())
        if name == PROFILE:
            _refuse_script_input(asked)
        inputs = find_inputs(self.store, self.environment, name, step, asked.inputs)
        job_name = execution.job_name(spec.name)
        plan = ProcessingPlan(
            spec=spec,
            step=step,
            execution=execution,
            job_name=job_name,
            folder=processing_folder(self.environment.artifact_bucket, spec.name, job_name),
            inputs=tuple(inputs),
            outputs=(PROFILE,) if name == PROFILE else step.outputs,
        )
        for one in plan.by_type():
            _require_room(name, one.step, inputs)
        refuse_name_of_earlier_run(self.store, execution, plan.folder)
        request = processing_request(self.environment, plan)
        self._write(plan, name, asked)
        return {
            "request": request,
            "ladder": ladder(
                execution.later_job_names(spec.name),
                [processing_resources(self.environment, one) for one in plan.by_type()],
            ),
            "run": _run(plan, name),
        }

    def _write(self, plan: ProcessingPlan, name: str, asked: ProcessInput) -> None:
        step = plan.step
        arguments = step.arguments if asked.arguments is None else asked.arguments
        config = ProcessingJobConfig(
            predictor=plan.spec.name,
            step=name,
            job_name=plan.job_name,
            script=step.script,
            arguments=arguments,
            environment={**step.environment, **asked.environment},
            inputs={found.name: found.location.uri for found in plan.inputs},
            outputs=plan.outputs,
            profile=_profile(plan.spec) if name == PROFILE else None,
        )
        self.store.write(plan.config, config.to_text().encode(), _JSON)
        for found in plan.inputs:
            if not found.alone:
                self.store.write(plan.manifest(found.name), found.manifest(), _JSON)


def _run(plan: ProcessingPlan, name: str) -> dict[str, Any]:
    run: dict[str, Any] = {
        "predictor": plan.spec.name,
        "step": name,
        "job_name": plan.job_name,
        "folder": plan.folder.uri,
        "outputs": plan.output_uris(),
    }
    if name == PROFILE:
        run["page_uri"] = processing_output(plan.folder, PROFILE).child(PAGE_NAME).uri
    return run


def _step_name(spec: PredictorSpec, asked: str | None) -> str:
    declared = [name for name in spec.processing or {} if name != PROFILE]
    known = [*declared, PROFILE]
    if asked in known:
        return asked
    if asked is not None:
        raise InvalidInputError(
            f'input.step: predictor "{spec.name}" has no processing step "{asked}"'
            f"{did_you_mean(asked, known)}.",
            advice=f"It has {listed(known)}.",
        )
    if len(declared) == 1:
        return declared[0]
    if not declared:
        raise InvalidInputError(
            f'input.step: the settings of "{spec.name}" have no processing steps.',
            advice="Add processing with a script, and deploy.",
        )
    raise InvalidInputError("input.step: missing.", advice=f"Name one of {listed(known)}.")


def _refuse_script_input(asked: ProcessInput) -> None:
    given = {"arguments": asked.arguments, "environment": asked.environment}
    for key, value in given.items():
        if value:
            raise InvalidInputError(
                f'input.{key}: the step "{PROFILE}" runs no script.', advice="Leave it out."
            )


def _require_room(name: str, step: ProcessingSpec, inputs: list[FoundInput]) -> None:
    """Refuse inputs that an instance's storage cannot hold; shared ones are shared evenly."""
    count = step.instance_count
    sizes = [
        (found.size or 0) / (count if found.name in step.sharded_inputs else 1) for found in inputs
    ]
    room, needed = storage_gb(step), sum(sizes) / _GIGABYTE
    if needed > room:
        raise InvalidDataError(
            f"input.inputs: they have {needed:,.1f} GB for each instance, and {step.instance_type} "
            f"has {room:,} GB for them.",
            advice=f"Raise processing.{name}.volume_size_gb in the settings, or read fewer files.",
        )


def _profile(spec: PredictorSpec) -> ProfileConfig:
    label, problem_type = spec.init_args.get("label"), spec.init_args.get("problem_type")
    return ProfileConfig(
        label=None if label is None else str(label),
        problem_type=None if problem_type is None else str(problem_type),
        reading=spec.data,
    )

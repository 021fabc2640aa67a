"""Plan training: check input and data, then build the request and the job's configuration."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autogluon_contracts.code.own_objects import missing_code_problems
from autogluon_contracts.documents.execution_inputs import TrainInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.training_job import SIDE_CHANNELS
from autogluon_contracts.names import run_folder
from autogluon_contracts.predictor_types import known_types
from autogluon_contracts.predictor_types import predictor_type as declared_type
from autogluon_contracts.shown.states import PLANNERS_NOTES
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.earlier_run import refuse_name_of_earlier_run
from autogluon_lambdas.logic.predictor_types import PredictorType, predictor_type
from autogluon_lambdas.logic.registry.algorithms import described_algorithm
from autogluon_lambdas.logic.registry.predictors import load_spec, require_predictor
from autogluon_lambdas.logic.sagemaker.accepted_fields import integration_for
from autogluon_lambdas.logic.sagemaker.instances import chosen_instance_type, fallbacks
from autogluon_lambdas.logic.sagemaker.ladder import ladder
from autogluon_lambdas.logic.training.budget import BudgetGuard
from autogluon_lambdas.logic.training.continued_run import continued_run
from autogluon_lambdas.logic.training.data import inspect_training_data
from autogluon_lambdas.logic.training.find_parent import ParentFinder
from autogluon_lambdas.logic.training.further_training import further_plan, further_problems
from autogluon_lambdas.logic.training.job_config import job_config
from autogluon_lambdas.logic.training.request import attempts, training_job_request
from autogluon_lambdas.logic.weights.mirrored import manifest, required_weights
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError, one_message
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import read_input
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ModelRegistry, ObjectStore, PredictorStore, TrainingJobs


@dataclass(frozen=True)
class TrainingPlanner:
    """Plans training runs."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore
    registry: ModelRegistry
    training_jobs: TrainingJobs

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the request and the run for a planner event.

        Raises InvalidInputError, InvalidDataError or BudgetExceededError before anything is
        written.
        """
        execution = Execution.from_event(event)
        require_predictor(self.predictors, event)
        asked = read_input(TrainInput, event)
        spec = load_spec(self.predictors, asked.predictor)
        kind = predictor_type(spec)
        job_name = execution.job_name(spec.name)
        plan = decided(self.environment, self.store, asked, spec, execution, job_name)
        if spec.algorithm_arn is not None:
            plan = replace(plan, algorithm=described_algorithm(self.registry, spec))
        finder = ParentFinder(self.environment, self.predictors, self.store, self.registry)
        parent = finder.find(asked, spec)
        if parent is not None:
            plan = further_plan(plan, asked, parent)
        require_valid(kind, plan, asked)
        refuse_name_of_earlier_run(self.store, execution, plan.folder)
        data = inspect_training_data(self.store, kind, asked, plan)
        files = data.files
        if kind.program.records_columns:
            plan = replace(plan, columns=data.columns)
        if asked.continue_run is not None:
            found = continued_run(self.store, asked.continue_run, plan, files)
            plan = replace(plan, continued=found)
        BudgetGuard(self.training_jobs, self.environment.artifact_bucket).require_left(plan)
        program = kind.program.job(self.environment, plan, kind.usual_metrics)
        read = kind.program.training_files(self.store, plan, files)
        request = training_job_request(self.environment, plan, read, program)
        write_manifests(self.store, plan, read)
        write_configuration(self.store, plan, files)
        return {
            "request": request,
            "integration": integration_for("CreateTrainingJob", request),
            "ladder": ladder(
                execution.later_job_names(spec.name), attempts(self.environment, plan)
            ),
            "run": run_of(plan, asked, data.notes),
        }


def decided(
    environment: Environment,
    store: ObjectStore,
    asked: TrainInput,
    spec: PredictorSpec,
    execution: Execution,
    job_name: str,
) -> TrainingPlan:
    """Return the plan: the input's values, else the spec's."""
    training = spec.training
    return TrainingPlan(
        spec=spec,
        execution=execution,
        job_name=job_name,
        folder=run_folder(environment.artifact_bucket, spec.name, job_name),
        init_args={**spec.init_args, **asked.init_args},
        fit_args={**spec.fit_args, **asked.fit_args},
        instance_type=chosen_instance_type(
            asked.instance_type,
            training.instance_type,
            training.allowed_instance_types,
            spec.name,
        ),
        fallback_instance_types=fallbacks(asked.instance_type, training),
        instance_count=_given(asked.instance_count, training.instance_count),
        volume_size_gb=_given(asked.volume_size_gb, training.volume_size_gb),
        max_runtime_seconds=_given(asked.max_runtime_seconds, training.max_runtime_seconds),
        folders=asked.folders(),
        weights=required_weights(store, environment.artifact_bucket, spec.weights),
        spot=None if asked.on_demand else training.spot,
        checkpoints=training.checkpoints or training.spot is not None,
    )


def write_manifests(store: ObjectStore, plan: TrainingPlan, files: Mapping[str, DataFiles]) -> None:
    """Write the lists of a job's files where a prefix does not name them."""
    for key, entry in files.items():
        if not entry.alone:
            store.write(plan.manifest(key), entry.manifest(), "application/json")


def write_configuration(
    store: ObjectStore,
    plan: TrainingPlan,
    files: dict[str, DataFiles],
    *,
    tuned: tuple[str, ...] | None = None,
) -> None:
    """Write the job's configuration, and the manifest of its weights where it needs one."""
    if plan.weights:
        body = manifest(plan.folder.bucket, plan.weights)
        store.write(plan.weights_manifest, body, "application/json")
    job = job_config(plan, files, tuned=tuned)
    store.write(plan.job_file, job.to_text(indent=1).encode(), "application/json")


def run_of(plan: TrainingPlan, asked: TrainInput, notes: Sequence[str]) -> dict[str, Any]:
    """Return what the later steps know of the run (`models.events.training_run`).

    Those who follow the run read `notes`, sentences on its data, in the state's output.
    """
    return {
        "predictor": plan.spec.name,
        "job_name": plan.job_name,
        "promote": asked.promote,
        "folder": plan.folder.uri,
        "job_file": plan.job_file.uri,
        "execution": plan.execution.arn,
        PLANNERS_NOTES: list(notes),
    }


def require_valid(kind: PredictorType, plan: TrainingPlan, asked: TrainInput) -> None:
    """Raise InvalidInputError with a sentence for each argument that cannot work."""
    if plan.parent is None:
        problems = list(kind.argument_problems(plan, asked.init_args))
        problems += _own_code_problems(plan)
    else:
        problems = list(further_problems(plan, asked, plan.parent))
        problems += kind.further_problems(plan, plan.parent)
    most = plan.spec.training.max_runtime_seconds
    if plan.max_runtime_seconds > most:
        problems.append(
            f"input.max_runtime_seconds: got {plan.max_runtime_seconds}; allowed for predictor "
            f'"{plan.spec.name}": at most {most}'
        )
    beside = {key: item for key, item in asked.locations().items() if key in SIDE_CHANNELS}
    problems += [
        f"input.{key}: got {given.uri}; {plan.spec.type} predictors take no {key}; leave it out"
        for key, given in {**plan.folders, **beside}.items()
        if key not in {*kind.folders, *kind.side_tables}
    ]
    if plan.weights and "weights" in plan.folders:
        problems.append(
            f"input.weights: got {plan.folders['weights'].uri}, and the settings name "
            f"{listed(list(plan.weights))} in weights; leave one of them out"
        )
    for name in (plan.instance_type, *plan.fallback_instance_types):
        local_gb = plan.spec.training.local_storage_gb.get(name)
        if local_gb is not None and plan.volume_size_gb > local_gb:
            problems.append(
                f"input.volume_size_gb: got {plan.volume_size_gb}; allowed with {name}, which has "
                f"local NVMe disks and no volume: at most {local_gb}"
            )
    if problems:
        raise InvalidInputError(one_message(problems))


def _own_code_problems(plan: TrainingPlan) -> Iterator[str]:
    """Yield what arguments name of code that the predictor does not have."""
    if plan.code is None and plan.spec.type in known_types():
        named = declared_type(plan.spec.type).own_objects(plan.init_args, plan.fit_args)
        yield from (f"input.{problem}" for problem in missing_code_problems(named))


def _given(asked: int | None, default: int) -> int:
    return default if asked is None else asked

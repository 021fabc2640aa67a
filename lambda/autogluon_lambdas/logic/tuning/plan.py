"""Plan tuning: check ranges, input and data, then build the request and the trials' job."""

from dataclasses import dataclass, replace
from typing import Any

from autogluon_contracts.documents.execution_inputs import TuneInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.tuning_rules import range_problems, value_problems
from autogluon_contracts.documents.tuning_spec import TuningSpec
from autogluon_lambdas.logic.earlier_run import refuse_name_of_earlier_run
from autogluon_lambdas.logic.predictor_types import PredictorType, predictor_type
from autogluon_lambdas.logic.registry.predictors import load_spec, require_predictor
from autogluon_lambdas.logic.training.budget import BudgetGuard
from autogluon_lambdas.logic.training.data import inspect_training_data
from autogluon_lambdas.logic.training.plan import (
    decided,
    require_valid,
    run_of,
    write_configuration,
    write_manifests,
)
from autogluon_lambdas.logic.training.request import resources_of_types, training_job_request
from autogluon_lambdas.logic.tuning.request import (
    MOST_PARENTS,
    TrialInstances,
    tuning_job_request,
)
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError, one_message
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import read_input
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore, PredictorStore, TrainingJobs


@dataclass(frozen=True)
class TuningPlanner:
    """Plans tuning runs, whose trials are training jobs as `TrainingPlanner` plans them."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore
    training_jobs: TrainingJobs

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the request and the run for a planner event.

        Raises InvalidInputError, InvalidDataError or BudgetExceededError before anything is
        written.
        """
        execution = Execution.from_event(event)
        require_predictor(self.predictors, event)
        asked = read_input(TuneInput, event)
        spec = load_spec(self.predictors, asked.predictor)
        kind = predictor_type(spec)
        tuning = _asked_tuning(spec, asked)
        _refuse_continue_run(asked)
        job_name = execution.tuning_job_name(spec.name)
        plan = decided(self.environment, self.store, asked, spec, execution, job_name)
        # Trials would share one folder of checkpoints: an interrupted one begins again. They train
        # side by side, on an instance each, and none waits for a next run.
        own = replace(spec, training=replace(spec.training, keep_alive_seconds=None))
        plan = replace(plan, spec=own, checkpoints=False, instance_count=1)
        require_valid(kind, plan, asked)
        _require_valid_ranges(kind, plan, tuning)
        refuse_name_of_earlier_run(self.store, execution, plan.folder)
        data = inspect_training_data(self.store, kind, asked, plan)
        files = data.files
        if kind.program.records_columns:
            plan = replace(plan, columns=data.columns)
        guard = BudgetGuard(self.training_jobs, self.environment.artifact_bucket)
        guard.require_left(plan, tuning)
        program = kind.program.job(self.environment, plan, kind.usual_metrics)
        if program.objective is not None and program.objective.problems:
            problems = [f"input.{problem}" for problem in program.objective.problems]
            raise InvalidInputError(one_message(problems))
        if program.objective is not None and "tuning_data" not in files:
            raise InvalidDataError(
                f"input.tuning_data: missing; trials are compared by {program.objective.metric}.",
                advice="Give rows that are not in train_data.",
            )
        read = kind.program.training_files(self.store, plan, files)
        trial = training_job_request(self.environment, plan, read, program)
        write_manifests(self.store, plan, read)
        write_configuration(self.store, plan, files, tuned=tuple(tuning.ranges))
        parents = [execution.tuning_job_name(spec.name, run=run) for run in asked.warm_start]
        types = TrialInstances(resources_of_types(self.environment, plan), plan.volume_size_gb)
        request = tuning_job_request(trial, tuning, types, parents, objective=program.objective)
        return {"request": request, "run": run_of(plan, asked, data.notes)}


def _refuse_continue_run(asked: TuneInput) -> None:
    if asked.continue_run is not None:
        raise InvalidInputError(
            "input.continue_run: a search has no checkpoint to continue.",
            advice="Give the earlier search in warm_start, or leave continue_run out.",
        )


def _asked_tuning(spec: PredictorSpec, asked: TuneInput) -> TuningSpec:
    if spec.tuning is None:
        raise InvalidInputError(
            f'input.predictor: predictor "{spec.name}" has no tuning in its settings.',
            advice="Declare predictors.<name>.tuning with ranges in the YAML, and deploy.",
        )
    given = {
        name: getattr(asked, name)
        for name in ("max_jobs", "max_parallel_jobs")
        if getattr(asked, name) is not None
    }
    problems = [
        f"input.{name}: a search trains every trial from the start; leave it out"
        for name in ("from_model", "method", "model_channel_name")
        if getattr(asked, name) is not None
    ]
    if asked.instance_count is not None and asked.instance_count > 1:
        problems.append(
            f"input.instance_count: got {asked.instance_count}; a trial has one instance; leave it "
            "out"
        )
    problems += [
        f'input.{name}: got {value}; allowed for predictor "{spec.name}": at most {most}'
        for name, value in given.items()
        if (most := getattr(spec.tuning, name)) is not None and value > most
    ]
    if len(asked.warm_start) > MOST_PARENTS:
        problems.append(
            f"input.warm_start: got {len(asked.warm_start)} runs; allowed: at most {MOST_PARENTS}"
        )
    if problems:
        raise InvalidInputError(one_message(problems))
    if asked.max_jobs is not None and asked.max_parallel_jobs is None:
        # Fewer trials than the settings run side by side are all run side by side.
        given["max_parallel_jobs"] = min(asked.max_jobs, spec.tuning.max_parallel_jobs)
    return replace(spec.tuning, **given)


def _require_valid_ranges(kind: PredictorType, plan: TrainingPlan, tuning: TuningSpec) -> None:
    """Judge the ranges again: the input may have changed the arguments that they replace."""

    def judge(fit_args: dict[str, Any]) -> list[str]:
        return list(kind.argument_problems(replace(plan, fit_args=fit_args), {}))

    problems = list(range_problems(tuning, plan.fit_args))
    problems = problems or list(value_problems(tuning.ranges, plan.fit_args, judge))
    if problems:
        raise InvalidInputError(one_message([f"tuning.{problem}" for problem in problems]))

"""Train, first step: check everything, then say what SageMaker has to do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.logic.instances import chosen_instance_type
from autogluon_lambdas.logic.ports import ObjectStore, PredictorStore
from autogluon_lambdas.logic.predictors import load_spec, require_predictor
from autogluon_lambdas.logic.training_data import TrainingData, inspect_training_data
from autogluon_lambdas.logic.training_request import TrainingPlan, training_job_request
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError, one_sentence
from autogluon_lambdas.models.execution import Execution
from autogluon_lambdas.models.inputs import TrainInput
from autogluon_lambdas.models.names import run_folder
from autogluon_lambdas.models.spec import PredictorSpec
from autogluon_lambdas.models.tabular_arguments import check_fit_args, check_init_args

JOB_VERSION = 1


@dataclass(frozen=True)
class TrainingPlanner:
    """Plans training runs."""

    environment: Environment
    predictors: PredictorStore
    store: ObjectStore

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """The request and the run for a planner event.

        Raises InvalidInputError or InvalidDataError before anything is written.
        """
        execution = Execution.from_event(event)
        require_predictor(self.predictors, event)
        asked = TrainInput.parse(event)
        spec = load_spec(self.predictors, asked.predictor)
        plan = self._plan(asked, spec, execution)
        data = inspect_training_data(self.store, asked, plan.init_args)
        request = training_job_request(self.environment, plan, data)
        self._write(plan, data)
        return {
            "request": request,
            "run": {
                "predictor": spec.name,
                "job_name": plan.job_name,
                "promote": asked.promote,
                "folder": plan.folder.uri,
                "execution": execution.arn,
            },
        }

    def _plan(self, asked: TrainInput, spec: PredictorSpec, execution: Execution) -> TrainingPlan:
        job_name = execution.job_name(spec.name)
        training = spec.training
        plan = TrainingPlan(
            spec=spec,
            execution=execution,
            job_name=job_name,
            folder=run_folder(self.environment.artifact_bucket, spec.name, job_name),
            init_args={**spec.init_args, **asked.init_args},
            fit_args={**spec.fit_args, **asked.fit_args},
            instance_type=chosen_instance_type(
                asked.instance_type,
                training.instance_type,
                training.allowed_instance_types,
                spec.name,
            ),
            instance_count=_given(asked.instance_count, training.instance_count),
            volume_size_gb=_given(asked.volume_size_gb, training.volume_size_gb),
            max_runtime_seconds=_given(asked.max_runtime_seconds, training.max_runtime_seconds),
        )
        problems = _problems(plan)
        if problems:
            raise InvalidInputError(one_sentence(problems))
        return plan

    def _write(self, plan: TrainingPlan, data: TrainingData) -> None:
        for key, files in data.files.items():
            if not files.alone:
                self.store.write(plan.manifest(key), files.manifest(), "application/json")
        job = {
            "version": JOB_VERSION,
            "predictor": plan.spec.name,
            "run": plan.job_name,
            "type": plan.spec.type,
            "framework_version": plan.spec.framework_version,
            "init_args": plan.init_args,
            "fit_args": plan.fit_args,
            "max_runtime_seconds": plan.max_runtime_seconds,
            "data": data.uris(),
        }
        self.store.write(plan.job_file, json.dumps(job, indent=1).encode(), "application/json")


def _given(asked: int | None, default: int) -> int:
    return default if asked is None else asked


def _problems(plan: TrainingPlan) -> list[str]:
    problems = [
        f"input.{text}"
        for text in (*check_init_args(plan.init_args), *check_fit_args(plan.fit_args))
    ]
    most = plan.spec.training.max_runtime_seconds
    if plan.max_runtime_seconds > most:
        problems.append(
            f"input.max_runtime_seconds: got {plan.max_runtime_seconds}; allowed for predictor "
            f"'{plan.spec.name}': at most {most}"
        )
    if plan.instance_count > 1:
        problems.append(
            f"input.instance_count: got {plan.instance_count}; allowed: 1, since distributed "
            "training of tabular predictors is not supported"
        )
    return problems + _time_limit_problems(plan.fit_args, plan.max_runtime_seconds)


def _time_limit_problems(fit_args: Mapping[str, Any], max_runtime_seconds: int) -> list[str]:
    limit = fit_args.get("time_limit")
    # AutoGluon's limit is not a hard stop: a job that SageMaker stops first leaves no model.
    if not isinstance(limit, int | float) or isinstance(limit, bool) or limit < max_runtime_seconds:
        return []
    return [
        f"input.fit_args.time_limit: got {limit}; allowed: less than max_runtime_seconds "
        f"({max_runtime_seconds}), since fitting may overrun it and the model must still be saved"
    ]

"""Run a person's script in a framework's image, or an image or algorithm that needs none."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.script_spec import CHANNEL, PROGRAM, ScriptSpec
from autogluon_contracts.documents.training_job import CODE_CHANNEL
from autogluon_contracts.predictor_types.script.arguments import written
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.programs.program import (
    JobProgram,
    OwnFiles,
    Program,
    configuration_of,
)
from autogluon_lambdas.logic.sagemaker.channels import prefix_channel
from autogluon_lambdas.logic.script.algorithm_job import algorithm_job
from autogluon_lambdas.logic.script.report import script_report
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _ScriptProgram(OwnFiles):
    """What the toolkits of AWS's images call, or an image of one's own."""

    records_columns = True

    def job(
        self,
        environment: Environment,
        plan: TrainingPlan,
        usual_metrics: Iterable[str],  # noqa: ARG002 - the settings name what the script prints
    ) -> JobProgram:
        """Return the hyperparameters, the settings' metrics, and the code with the scripts."""
        if plan.algorithm is not None:
            return algorithm_job(plan.algorithm, plan.fit_args)
        script = script_of(plan.spec)
        metrics = [{"Name": name, "Regex": regex} for name, regex in script.metrics.items()]
        if script.entry_point is None:
            plain = {
                name: value if isinstance(value, str) else written(value)
                for name, value in plan.fit_args.items()
            }
            return JobProgram(plain, metrics, ())
        code = S3Location.parse(environment.code_uri)
        scripts = S3Location.parse(environment.training_scripts_uri)
        return JobProgram(
            hyperparameters={
                **{name: written(value) for name, value in plan.fit_args.items()},
                "sagemaker_program": json.dumps(PROGRAM),
                "sagemaker_submit_directory": json.dumps(
                    f"/opt/ml/input/data/{CODE_CHANNEL}/{code.name}"
                ),
            },
            metric_definitions=metrics,
            code=[prefix_channel(CODE_CHANNEL, code), prefix_channel(CHANNEL, scripts)],
        )

    def report(
        self,
        store: ObjectStore,
        spec: PredictorSpec,
        training_job: Mapping[str, Any],
        job_file: S3Location,
    ) -> dict[str, bytes]:
        """Return what planner, log and script know of the model."""
        return script_report(store, spec, training_job, configuration_of(store, job_file))


def script_of(spec: PredictorSpec) -> ScriptSpec:
    """Return what the settings say of the script; raises InvalidInputError without."""
    if spec.script is None:
        raise InvalidInputError(
            f'input.predictor: the deployed settings of predictor "{spec.name}" have no script.',
            advice="Deploy the environment again.",
        )
    return spec.script


SCRIPT: Program = _ScriptProgram()

"""Run this project's own container code, in AutoGluon's image."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from autogluon_contracts.code.own_objects import reported_name
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.script_spec import CHANNEL as SCRIPTS_CHANNEL
from autogluon_contracts.documents.training_job import CODE_CHANNEL, PROGRAM
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.programs.metric_definitions import metric_definitions
from autogluon_lambdas.logic.programs.program import JobProgram, OwnFiles, Program, output_of
from autogluon_lambdas.logic.programs.report_archive import unpack_report
from autogluon_lambdas.logic.sagemaker.channels import prefix_channel
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _AutoGluonProgram(OwnFiles):
    """The container code, which writes its report itself."""

    records_columns = False

    def job(
        self, environment: Environment, plan: TrainingPlan, usual_metrics: Iterable[str]
    ) -> JobProgram:
        """Return the toolkit's hyperparameters, the `AGMETRIC` lines' metrics and the code."""
        gate, eval_metric = plan.spec.quality_gate, plan.init_args.get("eval_metric")
        code = S3Location.parse(environment.code_uri)
        channels = [prefix_channel(CODE_CHANNEL, code)]
        if plan.code is not None:
            scripts = S3Location.parse(environment.training_scripts_uri)
            channels.append(prefix_channel(SCRIPTS_CHANNEL, scripts))
        return JobProgram(
            hyperparameters={
                "sagemaker_program": json.dumps(PROGRAM),
                "sagemaker_submit_directory": json.dumps(
                    f"/opt/ml/input/data/{CODE_CHANNEL}/{code.name}"
                ),
            },
            metric_definitions=metric_definitions(
                [
                    None if eval_metric is None else reported_name(eval_metric),
                    None if gate is None else gate.metric,
                    *usual_metrics,
                ]
            ),
            code=channels,
        )

    def report(
        self,
        store: ObjectStore,
        spec: PredictorSpec,  # noqa: ARG002 - the job knew what it reports
        training_job: Mapping[str, Any],
        job_file: S3Location,  # noqa: ARG002 - the job read it
    ) -> dict[str, bytes]:
        """Return the files of the job's report."""
        return unpack_report(store, output_of(training_job))


AUTOGLUON: Program = _AutoGluonProgram()

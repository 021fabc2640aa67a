"""Run SageMaker's built-in XGBoost: hyperparameters and data as it wants them, its own metrics."""

from collections.abc import Iterable, Mapping
from typing import Any

from autogluon_contracts.content_types import CSV
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.predictor_types.xgboost.arguments import eval_metric, hyperparameters
from autogluon_contracts.predictor_types.xgboost.metrics import TRAIN, VALIDATION, is_minimized
from autogluon_contracts.predictor_types.xgboost.tunable import tuned_name
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.programs.program import (
    BatchCopies,
    BatchRequest,
    JobProgram,
    Program,
    TrialObjective,
    configuration_of,
)
from autogluon_lambdas.logic.xgboost.batch_rows import write_batch_rows
from autogluon_lambdas.logic.xgboost.report import xgboost_report
from autogluon_lambdas.logic.xgboost.training_rows import write_training_rows
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore

CHANNELS: Mapping[str, str] = {"train_data": TRAIN, "tuning_data": VALIDATION}
"""The algorithm's channels by the input's keys; it ends a job that has any other."""


class _XGBoostProgram:
    """The algorithm in AWS's image."""

    records_columns = True
    reads_batch = False

    def training_files(
        self, store: ObjectStore, plan: TrainingPlan, files: Mapping[str, DataFiles]
    ) -> Mapping[str, DataFiles]:
        """Write the data as CSV without a header, the label first; return the copies."""
        return write_training_rows(store, plan, files, CHANNELS)

    def job(
        self,
        environment: Environment,  # noqa: ARG002 - the image has all that it runs
        plan: TrainingPlan,
        usual_metrics: Iterable[str],  # noqa: ARG002 - SageMaker knows the algorithm's
    ) -> JobProgram:
        """Return the hyperparameters; SageMaker has metric definitions of its own for the image.

        It refuses others ("You can't override the metric definitions for Amazon SageMaker
        algorithms", CreateTrainingJob).
        """
        metric = eval_metric(plan.init_args)
        return JobProgram(
            hyperparameters=hyperparameters(plan.init_args, plan.fit_args),
            metric_definitions=(),
            code=(),
            channels=CHANNELS,
            content_type=lambda _key, _format: CSV,
            has_configuration=False,
            objective=TrialObjective(
                metric=f"{VALIDATION}:{metric}",
                type="Minimize" if is_minimized(metric) else "Maximize",
                tuned_name=tuned_name,
            ),
        )

    def report(
        self,
        store: ObjectStore,
        spec: PredictorSpec,
        training_job: Mapping[str, Any],
        job_file: S3Location,
    ) -> dict[str, bytes]:
        """Return what planner and log know of the model."""
        return xgboost_report(configuration_of(store, job_file), spec, training_job)

    def batch_copies(self, store: ObjectStore, asked: BatchRequest) -> BatchCopies:
        """Write the files as CSV without a header, in the order of the model's features."""
        if asked.output_format != "csv":
            raise InvalidInputError(
                f'input.output_format: got "{asked.output_format}"; the algorithm answers a '
                "number for each row, as CSV.",
                advice="Leave it out.",
            )
        return write_batch_rows(store, asked)


XGBOOST: Program = _XGBoostProgram()

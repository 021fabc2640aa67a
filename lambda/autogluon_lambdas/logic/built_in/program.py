"""Run a built-in algorithm: hyperparameters and data as it wants them, its own metrics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from autogluon_contracts.content_types import CSV
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.predictor_types.built_in import VALIDATION, BuiltInAlgorithm
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.built_in.batch_rows import write_batch_rows
from autogluon_lambdas.logic.built_in.report import report_of
from autogluon_lambdas.logic.built_in.training_rows import features_of, write_training_rows
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.programs.program import (
    BatchCopies,
    BatchRequest,
    JobProgram,
    TrialObjective,
    configuration_of,
)
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore

_ANSWERS = {
    "csv": "the algorithm answers a number for each row, as CSV.",
    "jsonl": "the algorithm answers an object for each row, as JSON Lines.",
}


@dataclass(frozen=True)
class AlgorithmProgram:
    """The algorithm in AWS's image."""

    algorithm: BuiltInAlgorithm
    records_columns: ClassVar[bool] = True
    reads_batch: ClassVar[bool] = False

    def training_files(
        self, store: ObjectStore, plan: TrainingPlan, files: Mapping[str, DataFiles]
    ) -> Mapping[str, DataFiles]:
        """Write the data as CSV without a header, the label first; return the copies."""
        return write_training_rows(store, plan, files, self.algorithm)

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
        algorithm, facts = self.algorithm, plan.init_args
        features = features_of(plan.columns or (), str(facts["label"]))
        metric = f"{VALIDATION}:{algorithm.eval_metric(facts)}"
        return JobProgram(
            hyperparameters=algorithm.hyperparameters(
                facts, plan.fit_args, feature_count=len(features)
            ),
            metric_definitions=(),
            code=(),
            channels=algorithm.channels,
            content_type=lambda _key, _format: CSV,
            has_configuration=False,
            objective=TrialObjective(
                metric=metric,
                type="Minimize" if algorithm.is_minimized(metric) else "Maximize",
                tuned_name=algorithm.tuned_name,
                problems=algorithm.search_argument_problems(plan.fit_args),
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
        return report_of(self.algorithm, configuration_of(store, job_file), spec, training_job)

    def batch_copies(self, store: ObjectStore, asked: BatchRequest) -> BatchCopies:
        """Write the files as CSV without a header, in the order of the model's features."""
        answered = self.algorithm.answer_format
        if asked.output_format != answered:
            raise InvalidInputError(
                f'input.output_format: got "{asked.output_format}"; {_ANSWERS[answered]}',
                advice="Leave it out." if answered == "csv" else f'Set it to "{answered}".',
            )
        return write_batch_rows(store, asked, takes_missing=self.algorithm.takes_missing)

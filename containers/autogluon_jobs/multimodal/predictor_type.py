"""Register the predictor type `multimodal`."""

from __future__ import annotations

from pathlib import Path

from autogluon_contracts import answers
from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.predictor_types.multimodal.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.multimodal.names import SEMANTIC_SEGMENTATION
from autogluon_contracts.predictor_types.multimodal.segmentation import (
    answered_values,
    combination_problems,
    is_segmentation,
    mask_columns,
)
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.predictor_types import PredictorType
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.multimodal.quiet_library import prepare_library
from autogluon_jobs.schema.feature_schema import FeatureSchema


class MultiModalType:
    """Multimodal predictors; see `PredictorType`."""

    answers_by_row = True

    def run_job(self, config: TrainingJobConfig, paths: JobPaths) -> None:
        """Train, evaluate and pack a predictor, and write its report."""
        if config.parent is None:  # further training has arguments of its own
            _require_valid(config)
        prepare_library(offline="weights" in paths.channels or config.parent is not None)
        # Torch takes seconds to import.
        if is_segmentation(config.init_args):
            from autogluon_jobs.multimodal.segmentation.training import run_job
        else:
            from autogluon_jobs.multimodal.training.job import run_job

        run_job(config, paths)

    def answer_columns(self, schema: FeatureSchema, output: str = "both") -> tuple[str, ...]:
        """Return the names of an answer's columns."""
        values = answered_values(schema.details)
        if values:
            return mask_columns(schema.label, values, output)
        return answers.answer_columns(
            label=schema.label, classes=schema.classes, quantile_levels=None, output=output
        )

    def load(
        self,
        artifact: Path,
        schema: FeatureSchema,
        cores: int,
        *,
        small_requests: bool = True,  # noqa: ARG002 - there is one engine
        engine: ServingEngine = AUTO_ENGINE,  # noqa: ARG002
    ) -> Engine:
        """Load the predictor; the artifact holds all that it needs."""
        prepare_library(offline=True)
        if schema.problem_type == SEMANTIC_SEGMENTATION:
            from autogluon_jobs.multimodal.segmentation.engine import SegmentationEngine

            return SegmentationEngine.load(artifact, schema, cores)
        from autogluon_jobs.multimodal.prediction.engine import MultiModalEngine

        return MultiModalEngine.load(artifact, schema, cores)

    def explanations(self, artifact: Path, schema: FeatureSchema) -> None:
        """Return None: contributions are for tabular predictors."""

    def side_tables(self, schema: FeatureSchema) -> None:
        """Return None: rows have all that the predictor takes."""


def _require_valid(config: TrainingJobConfig) -> None:
    """Refuse arguments that no planner let through.

    Raises:
        InputError: naming all that is wrong.
    """
    init_args, fit_args = dict(config.init_args), dict(config.fit_args)
    problems = [*check_init_args(init_args), *check_fit_args(fit_args)]
    problems = problems or list(combination_problems(init_args, fit_args))
    if problems:
        raise InputError("; ".join(problems) + ".")


PREDICTOR_TYPE: PredictorType = MultiModalType()

"""Register multimodal predictors."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.multimodal.images import image_columns
from autogluon_contracts.predictor_types.multimodal.metrics import OF_MASKS
from autogluon_contracts.predictor_types.multimodal.segmentation import (
    answered_values,
    mask_columns,
)
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.multimodal.argument_problems import argument_problems
from autogluon_lambdas.logic.multimodal.further_training import further_problems
from autogluon_lambdas.logic.multimodal.training_data import check_training_data
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.programs.autogluon_program import AUTOGLUON
from autogluon_lambdas.logic.tabular.predictor_type import PREDICTOR_TYPE as TABULAR
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _MultiModal:
    """`MultiModalPredictor` of AutoGluon."""

    program = AUTOGLUON
    usual_metrics = (*TABULAR.usual_metrics, *OF_MASKS)
    folders = ("images", "weights")
    side_tables = ()
    has_bulk_engine = False
    has_contributions = False
    answers_by_row = True
    answers_pieces = True

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work."""
        return argument_problems(plan, asked_init_args)

    def further_problems(self, plan: TrainingPlan, parent: Parent) -> Sequence[str]:
        """Return a sentence for weights that the model has, and for a missing folder of images."""
        return list(further_problems(plan, parent))

    def check_training_data(
        self,
        store: ObjectStore,
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> Sequence[str]:
        """Return sentences on the data; raises InvalidDataError when no job can learn from them."""
        return check_training_data(store, files, columns, plan)

    def check_batch_files(
        self,
        store: ObjectStore,
        files: DataFiles,
        schema: FeatureSchemaHeader,
        headerless: tuple[str, ...] | None,
    ) -> None:
        """Accept any files: each row has an answer of its own."""

    def canonical_metric(self, name: str) -> str:
        """Return AutoGluon's own name of a metric."""
        return canonical(name)

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return the label and a probability for each class, or the mask and what it counts."""
        values = answered_values(schema.details)
        return (
            mask_columns(schema.label, values, output) if values else schema.answer_columns(output)
        )

    def settles_callers(self, init_args: Mapping[str, Any]) -> bool:
        """Return whether the settings name the label."""
        return "label" in init_args

    def broken_for_callers(
        self,
        live: FeatureSchemaHeader,
        new: FeatureSchemaHeader,
    ) -> Sequence[str]:
        """Return a clause about each column that is an image to one of the two alone."""
        before, after = (set(image_columns(header.details)) for header in (live, new))
        kept = {feature.name for feature in new.features} & {f.name for f in live.features}
        return [
            f'column "{name}" {"is no longer" if name in before else "has become"} an image'
            for name in sorted((before ^ after) & kept)
        ]


PREDICTOR_TYPE: PredictorType = _MultiModal()

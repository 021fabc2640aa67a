"""Define what planners know of the model that a run trains further."""

from dataclasses import dataclass

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.parent_model import ParentModel
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.predictor_types.further_training import Method


@dataclass(frozen=True)
class Parent:
    """A trained model by the documents of its run, and how it is trained further."""

    model: ParentModel
    method: Method
    schema: FeatureSchemaHeader
    metrics: TrainingMetrics
    job: TrainingJobConfig

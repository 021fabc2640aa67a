"""List the versioned documents."""

from __future__ import annotations

from autogluon_contracts.document import Document
from autogluon_contracts.documents.batch_manifest import BatchManifest
from autogluon_contracts.documents.bulk_job import BulkJobConfig, ShardManifest
from autogluon_contracts.documents.data_profile import DataProfile
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from autogluon_contracts.documents.deployment import DeploymentDocument
from autogluon_contracts.documents.drift_baseline import DriftBaseline
from autogluon_contracts.documents.drift_job import DriftJobConfig
from autogluon_contracts.documents.drift_report import DriftReport
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.image_locations import ImageLocations
from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.mirror_settings import MirrorSettings
from autogluon_contracts.documents.mirrored_weights import MirroredWeights, MirrorJobConfig
from autogluon_contracts.documents.new_objects import NewObject
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.processing_job import ProcessingJobConfig
from autogluon_contracts.documents.scheduled_run import ScheduledRun
from autogluon_contracts.documents.server_limits import ServerLimits
from autogluon_contracts.documents.spec_parameter import SpecParts
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_contracts.documents.tuning_summary import TuningSummary

ALL: tuple[type[Document], ...] = (
    DeploymentDocument,
    DeclaredPredictors,
    PredictorSpec,
    SpecParts,
    MirrorSettings,
    MirrorJobConfig,
    MirroredWeights,
    TrainingJobConfig,
    TrainingMetrics,
    TuningSummary,
    ScheduledRun,
    NewObject,
    FeatureSchemaHeader,
    ServerLimits,
    ImageLocations,
    TransformBatch,
    BulkJobConfig,
    ShardManifest,
    BatchManifest,
    DriftBaseline,
    DriftJobConfig,
    DriftReport,
    ProcessingJobConfig,
    DataProfile,
)
"""Every versioned document, in the order in which a run meets them."""

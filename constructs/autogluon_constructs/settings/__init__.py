"""Load and check settings, `config/<environment>.yaml`, as typed sections."""

from autogluon_constructs.settings.alarms import Alarms, EndpointAlarms
from autogluon_constructs.settings.batch import Batch
from autogluon_constructs.settings.bring_your_own.image_uri import parse_image_uri
from autogluon_constructs.settings.delivery import Delivery, GitHubDelivery, GitLabDelivery
from autogluon_constructs.settings.drift import Drift
from autogluon_constructs.settings.encryption import Encryption
from autogluon_constructs.settings.endpoint_modes import (
    AsynchronousEndpoint,
    Autoscaling,
    BacklogScaling,
    Capture,
    ComponentEndpoint,
    CopyScaling,
    Endpoint,
    OwnEndpoint,
    Pipeline,
    PipelineContainer,
    ProvisionedScaling,
    RealTimeEndpoint,
    ServerlessEndpoint,
    StepScaling,
)
from autogluon_constructs.settings.environment import Environment
from autogluon_constructs.settings.network import EndpointNetwork, Network
from autogluon_constructs.settings.notebook import Notebook
from autogluon_constructs.settings.predictor import Predictor
from autogluon_constructs.settings.processing import Processing
from autogluon_constructs.settings.quality_gate import QualityGate
from autogluon_constructs.settings.reading.loading import (
    SettingsError,
    load_environment,
    parse_environment,
)
from autogluon_constructs.settings.roles import Roles
from autogluon_constructs.settings.serving import Serving
from autogluon_constructs.settings.shared_endpoints import SharedEndpoint
from autogluon_constructs.settings.training import Training
from autogluon_constructs.settings.tuning import Tuning
from autogluon_constructs.settings.weights import Weights

__all__ = [
    "Alarms",
    "AsynchronousEndpoint",
    "Autoscaling",
    "BacklogScaling",
    "Batch",
    "Capture",
    "ComponentEndpoint",
    "CopyScaling",
    "Delivery",
    "Drift",
    "Encryption",
    "Endpoint",
    "EndpointAlarms",
    "EndpointNetwork",
    "Environment",
    "GitHubDelivery",
    "GitLabDelivery",
    "Network",
    "Notebook",
    "OwnEndpoint",
    "Pipeline",
    "PipelineContainer",
    "Predictor",
    "Processing",
    "ProvisionedScaling",
    "QualityGate",
    "RealTimeEndpoint",
    "Roles",
    "ServerlessEndpoint",
    "Serving",
    "SettingsError",
    "SharedEndpoint",
    "StepScaling",
    "Training",
    "Tuning",
    "Weights",
    "load_environment",
    "parse_environment",
    "parse_image_uri",
]

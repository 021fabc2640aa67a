"""The environment of the fakes, as the contracts name and describe it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from autogluon_contracts import names
from autogluon_contracts.documents.deployment import DeploymentDocument
from autogluon_contracts.names import Workflow

ENVIRONMENT, REGION, ACCOUNT = "sandbox", "us-east-1", "123456789012"
DATA_BUCKET, ARTIFACT_BUCKET = "data", "artifacts"
STARTED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""When the first run started."""


def arn(service: str, resource: str, *, region: str = REGION) -> str:
    """Return the ARN of a resource of the account."""
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def _machine(workflow: Workflow) -> str:
    return arn("states", f"stateMachine:{names.state_machine(ENVIRONMENT, workflow)}")


MACHINES = {
    "train": _machine("train"),
    "tune": _machine("tune"),
    "batch_predict": _machine("batch-predict"),
    "promote": _machine("promote"),
    "drift": _machine("drift"),
    "process": _machine("process"),
}
KEY_ARN = arn("kms", "key/11111111-2222-3333-4444-555555555555")
ENDPOINT = names.endpoint(ENVIRONMENT, "income")
ENDPOINT_STACK = names.endpoint_stack(ENVIRONMENT, "income")
GROUP_ARN = arn("sagemaker", f"model-package/{names.model_package_group(ENVIRONMENT, 'income')}")
RUNS = names.runs_folder(ARTIFACT_BUCKET, "income")
"""Training runs, each in a folder named as its job."""
PACKAGE = f"{GROUP_ARN}/3"
"""The version that training runs register."""
DEPLOYMENT_PARAMETER = names.deployment_parameter(ENVIRONMENT)
SPEC_PARAMETER = names.spec_parameter(ENVIRONMENT, "income")
LIVE_MODEL_PARAMETER = names.live_model_parameter(ENVIRONMENT, "income")


def deployment(*predictors: str) -> dict[str, Any]:
    """Return the document that says where everything is."""
    return DeploymentDocument(
        environment=ENVIRONMENT,
        region=REGION,
        data_bucket=DATA_BUCKET,
        artifact_bucket=ARTIFACT_BUCKET,
        kms_key_arn=KEY_ARN,
        training_role_arn=arn("iam", "role/training", region=""),
        serving_role_arn=arn("iam", "role/serving", region=""),
        failure_topic_arn=arn("sns", "failures"),
        state_machines=MACHINES,
        predictors=predictors,
    ).to_json()


def spec(**changes: Any) -> dict[str, Any]:
    """Return the spec of the predictor `income`, with other values for some of its keys."""
    example: dict[str, Any] = {
        "version": 1,
        "name": "income",
        "type": "tabular",
        "init_args": {"label": "class", "eval_metric": "roc_auc"},
        "fit_args": {"time_limit": 60, "hyperparameters": {"GBM": {}, "XT": {}}},
        "image_uri": "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023",
        "framework_version": "1.6.3",
        "training": {
            "instance_type": "ml.m5.2xlarge",
            "instance_count": 1,
            "volume_size_gb": 30,
            "max_runtime_seconds": 3600,
            "allowed_instance_types": ["ml.m5.2xlarge", "ml.g5.xlarge", "ml.c5.xlarge"],
            "encrypt_volume": True,
            "prices": {"as_of": "2026-11", "usd_per_hour": {"ml.m5.2xlarge": 0.461}},
        },
        "quality_gate": {
            "metric": "roc_auc",
            "minimum": 0.9,
            "on_pass": "approve",
            "on_fail": "reject",
        },
        "endpoint": {
            "name": ENDPOINT,
            "stack_name": ENDPOINT_STACK,
            "instance_type": "ml.m5.large",
        },
        "serving": {
            "request_timeout_seconds": 60,
            "server": {
                "workers": 1,
                "threads": 208,
                "preload": True,
                "max_batch_rows": 64,
                "max_wait_ms": 2.0,
                "max_queued_requests": 128,
            },
        },
        "batch": {
            "instance_type": "ml.m5.large",
            "instance_count": 1,
            "allowed_instance_types": ["ml.m5.large", "ml.g5.xlarge"],
            "max_payload_mb": 6,
            "max_concurrent_transforms": 4,
            "timeout_seconds": 600,
        },
        "tags": {"team": "growth"},
    }
    return {**example, **changes}

"""What a Lambda is started with, and what SageMaker's API takes from it."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore.validate import validate_parameters

from autogluon_contracts import names
from autogluon_lambdas.models.environment import Environment
from tests.fakes import sandbox

EXECUTION_ARN = f"{sandbox.MACHINES['train'].replace(':stateMachine:', ':execution:')}:first-run"
VARIABLES = {
    "AUTOGLUON_ENVIRONMENT": sandbox.ENVIRONMENT,
    "PREDICTOR_PREFIX": names.predictor_prefix(sandbox.ENVIRONMENT),
    "DATA_BUCKET": "data-bucket",
    "ARTIFACT_BUCKET": "artifact-bucket",
    "KMS_KEY_ARN": sandbox.KEY_ARN,
    "CODE_URI": "s3://assets-bucket/0123abcd.tar.gz",
    "TRAINING_ROLE_ARN": sandbox.arn("iam", "role/training", region=""),
    "SERVING_ROLE_ARN": sandbox.arn("iam", "role/serving", region=""),
    "DRIFT_ROLE_ARN": sandbox.arn("iam", "role/drift", region=""),
    "PROCESSING_ROLE_ARN": sandbox.arn("iam", "role/processing", region=""),
    "SCRIPTS_URI": "s3://assets-bucket/4567cdef.tar.gz",
    "TRAINING_SCRIPTS_URI": "s3://assets-bucket/89abcdef.tar.gz",
}
ENVIRONMENT = Environment(VARIABLES)


@cache
def _sagemaker() -> Any:
    return botocore.session.get_session().get_service_model("sagemaker")


def validated(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """The request, when SageMaker's own API model has nothing against it."""
    validate_parameters(request, _sagemaker().operation_model(operation).input_shape)
    return request


def planner_event(values: object, *, arn: str = EXECUTION_ARN) -> dict[str, Any]:
    return {
        "input": values,
        "execution": {
            "Id": arn,
            "Name": arn.rpartition(":")[2],
            "StartTime": "2026-11-20T10:00:00Z",
        },
    }

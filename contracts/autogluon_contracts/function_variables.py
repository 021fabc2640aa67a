"""Define the environment variables that stacks set on every Lambda function."""

from __future__ import annotations

ENVIRONMENT = "AUTOGLUON_ENVIRONMENT"
"""The environment's name, such as `sandbox`."""
PREDICTOR_PREFIX = "PREDICTOR_PREFIX"
"""The SSM path below which predictors are stored."""
DATA_BUCKET = "DATA_BUCKET"
ARTIFACT_BUCKET = "ARTIFACT_BUCKET"
KMS_KEY_ARN = "KMS_KEY_ARN"

CODE_URI = "CODE_URI"
"""Planners: the S3 URI of the container code's `.tar.gz`."""
TRAINING_ROLE_ARN = "TRAINING_ROLE_ARN"
SERVING_ROLE_ARN = "SERVING_ROLE_ARN"
SUBNETS = "SUBNETS"
"""Planners, where the environment has a network: the subnets of jobs, separated by commas."""
SECURITY_GROUPS = "SECURITY_GROUPS"
"""Planners, where the environment has a network: the jobs' security groups, likewise."""
PROMOTE_STATE_MACHINE_ARN = "PROMOTE_STATE_MACHINE_ARN"
"""`promote_approved`: the state machine it starts."""
FAILURE_TOPIC_ARN = "FAILURE_TOPIC_ARN"
"""`report_failure`: the topic it publishes to."""

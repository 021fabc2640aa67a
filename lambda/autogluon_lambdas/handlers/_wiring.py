"""Build a function's clients and environment once, on its first call."""

import os
from functools import cache, partial
from typing import Any

import boto3
from botocore.config import Config

from autogluon_lambdas.adapters.cloudformation_stacks import CloudFormationStacks
from autogluon_lambdas.adapters.cloudwatch_log_groups import CloudWatchLogGroups
from autogluon_lambdas.adapters.s3_locks import S3Locks
from autogluon_lambdas.adapters.s3_objects import S3Objects
from autogluon_lambdas.adapters.sagemaker_batches import SageMakerBatches
from autogluon_lambdas.adapters.sagemaker_endpoints import SageMakerEndpoints
from autogluon_lambdas.adapters.sagemaker_registry import SageMakerRegistry
from autogluon_lambdas.adapters.sagemaker_training_jobs import SageMakerTrainingJobs
from autogluon_lambdas.adapters.sagemaker_tuning_jobs import SageMakerTuningJobs
from autogluon_lambdas.adapters.sns_topic import SnsTopic
from autogluon_lambdas.adapters.ssm_parameters import SsmParameters
from autogluon_lambdas.adapters.ssm_predictors import SsmPredictors
from autogluon_lambdas.adapters.step_functions_executions import StepFunctionsExecutions
from autogluon_lambdas.models.environment import Environment


@cache
def environment() -> Environment:
    """Return the function's environment variables."""
    return Environment(os.environ)


@cache
def client(service: str) -> Any:
    """Return a boto3 client that gives up early enough for a function and serves many threads."""
    config = Config(
        connect_timeout=3,
        read_timeout=30,
        retries={"mode": "standard", "max_attempts": 4},
        max_pool_connections=32,
    )
    return boto3.client(service, config=config)


@cache
def store() -> S3Objects:
    """Return the object store."""
    return S3Objects(client("s3"), environment().kms_key_arn)


@cache
def locks() -> S3Locks:
    """Return the locks."""
    return S3Locks(client("s3"), environment().kms_key_arn)


@cache
def predictors() -> SsmPredictors:
    """Return the predictors' parameters."""
    return SsmPredictors(client("ssm"), environment().predictor_prefix)


@cache
def parameters() -> SsmParameters:
    """Return SSM's parameters, written as slowly as SSM asks for: by default three a second."""
    return SsmParameters(_patient_client("ssm"))


@cache
def log_groups() -> CloudWatchLogGroups:
    """Return the log groups, which CloudWatch Logs changes a few a second."""
    return CloudWatchLogGroups(_patient_client("logs"))


def _patient_client(service: str) -> Any:
    retries = {"mode": "adaptive", "max_attempts": 20}
    return boto3.client(service, config=Config(read_timeout=30, retries=retries))


@cache
def registry() -> SageMakerRegistry:
    """Return SageMaker's model registry."""
    return SageMakerRegistry(client("sagemaker"))


@cache
def endpoints() -> SageMakerEndpoints:
    """Return SageMaker's endpoints."""
    return SageMakerEndpoints(client("sagemaker"))


@cache
def batches() -> SageMakerBatches:
    """Return SageMaker's transform jobs and models."""
    return SageMakerBatches(client("sagemaker"))


@cache
def training_jobs() -> SageMakerTrainingJobs:
    """Return SageMaker's training jobs; DescribeTrainingJob answers a few calls a second."""
    return SageMakerTrainingJobs(partial(_patient_client, "sagemaker"))


@cache
def tuning_jobs() -> SageMakerTuningJobs:
    """Return SageMaker's tuning jobs."""
    return SageMakerTuningJobs(client("sagemaker"))


@cache
def stacks() -> CloudFormationStacks:
    """Return CloudFormation's stacks."""
    return CloudFormationStacks(client("cloudformation"))


@cache
def executions() -> StepFunctionsExecutions:
    """Return the executions of Step Functions."""
    return StepFunctionsExecutions(client("stepfunctions"))


@cache
def topic() -> SnsTopic:
    """Return the topic that failed executions are reported to."""
    return SnsTopic(client("sns"), environment().failure_topic_arn)

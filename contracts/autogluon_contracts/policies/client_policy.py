"""Derive the IAM documents of a person who uses an environment with this client.

They name what is deployed: buckets, key and state machines by their ARNs, endpoints by the pattern
of their names, so that a policy for 200 predictors is as long as for two (IAM's limit is 6,144
characters). The patterns of an environment `dev` also match the endpoints of `dev-2`. A test
creates a role from the two documents and makes every call of the client with it.
"""

from __future__ import annotations

from typing import Any

from autogluon_contracts import names
from autogluon_contracts.documents.deployment import DeploymentDocument

READ_OBJECTS = ("s3:GetObject",)
# In parts, whose upload is given up when it fails.
WRITE_OBJECTS = ("s3:PutObject", "s3:AbortMultipartUpload")
USE_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


def trust_document(account: str, partition: str) -> dict[str, Any]:
    """Return who may assume the role: identities of the account that are allowed to."""
    principal = f"arn:{partition}:iam::{account}:root"
    return _document(
        [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]
    )


def permission_document(deployment: DeploymentDocument) -> dict[str, Any]:
    """Allow to start and follow runs, upload data, read results and call endpoints."""
    arns = _Arns(deployment)
    environment = deployment.environment
    groups = names.model_package_group(environment, "*")
    endpoints = (names.endpoint(environment, "*"), *sorted(deployment.endpoint_names.values()))
    return _document(
        [
            _allow("FindTheEnvironment", ["ssm:GetParameter"], arns.parameters(environment)),
            _allow(
                "StartRuns",
                ["states:StartExecution", "states:ListExecutions"],
                arns.state_machines,
            ),
            _allow(
                "FollowRuns",
                ["states:DescribeExecution", "states:GetExecutionHistory", "states:StopExecution"],
                arns.executions,
            ),
            _allow(
                "UploadData",
                [*READ_OBJECTS, *WRITE_OBJECTS],
                [objects_in(deployment, deployment.data_bucket)],
            ),
            _allow(
                "ReadResults", [*READ_OBJECTS], [objects_in(deployment, deployment.artifact_bucket)]
            ),
            _allow("UseTheKey", [*USE_KEY], [deployment.kms_key_arn]),
            _allow(
                "InvokeEndpoints",
                [
                    "sagemaker:InvokeEndpoint",
                    "sagemaker:InvokeEndpointAsync",
                    "sagemaker:DescribeEndpoint",
                ],
                [arns.of("sagemaker", f"endpoint/{name}") for name in endpoints],
            ),
            _allow(
                "InvokeComponents",
                ["sagemaker:InvokeEndpoint", "sagemaker:DescribeInferenceComponent"],
                [arns.of("sagemaker", f"inference-component/{names.endpoint(environment, '*')}")],
            ),
            # CloudWatch knows no resources of metrics.
            _allow("ReadLengthsOfQueues", ["cloudwatch:GetMetricStatistics"], ["*"]),
            {
                **_allow(
                    "FindAnswersAndReports",
                    ["s3:ListBucket"],
                    [objects_in(deployment, deployment.artifact_bucket).removesuffix("/*")],
                ),
                "Condition": {"StringLike": {"s3:prefix": ["*/asynchronous/*", "*/report/*"]}},
            },
            *_list_weights(deployment),
            _allow(
                "ReadModels",
                ["sagemaker:ListModelPackages"],
                # SageMaker authorizes listing for all versions, not for a particular one.
                [
                    arns.of("sagemaker", "model-package/*"),
                    arns.of("sagemaker", f"model-package-group/{groups}"),
                ],
            ),
            _allow(
                "DescribeModels",
                ["sagemaker:DescribeModelPackage"],
                [arns.of("sagemaker", f"model-package/{groups}")],
            ),
            _allow(
                "FollowTuning",
                ["sagemaker:DescribeHyperParameterTuningJob"],
                # Names begin with those of predictors, which policies do not list.
                [arns.of("sagemaker", "hyper-parameter-tuning-job/*")],
            ),
            _allow(
                "ReadJobLogs",
                ["logs:FilterLogEvents"],
                [
                    arns.of("logs", f"log-group:{group}:*")
                    for group in (
                        *map(names.job_log_group, names.JOB_KINDS),
                        *map(names.endpoint_log_group, endpoints),
                        names.component_log_group(names.endpoint(environment, "*")),
                    )
                ],
            ),
        ]
    )


def _list_weights(deployment: DeploymentDocument) -> list[dict[str, Any]]:
    if "mirror_weights" not in deployment.state_machines:
        return []
    bucket = objects_in(deployment, deployment.artifact_bucket).removesuffix("/*")
    records = names.weights_records(deployment.artifact_bucket).key
    return [
        {
            **_allow("ListWeights", ["s3:ListBucket"], [bucket]),
            "Condition": {"StringLike": {"s3:prefix": f"{records}*"}},
        }
    ]


def account_and_partition(deployment: DeploymentDocument) -> tuple[str, str]:
    """Return the account and the partition that an environment is deployed in."""
    parts = deployment.training_role_arn.split(":")
    return parts[4], parts[1]


def objects_in(deployment: DeploymentDocument, bucket: str) -> str:
    """Return the ARN of all objects of a bucket, in the deployment's partition."""
    return f"arn:{account_and_partition(deployment)[1]}:s3:::{bucket}/*"


class _Arns:
    """Build the ARNs of one environment."""

    def __init__(self, deployment: DeploymentDocument) -> None:
        self._account, self._partition = account_and_partition(deployment)
        self._region = deployment.region
        self.state_machines = sorted(deployment.state_machines.values())
        self.executions = [
            f"{arn.replace(':stateMachine:', ':execution:', 1)}:*" for arn in self.state_machines
        ]

    def of(self, service: str, resource: str) -> str:
        return f"arn:{self._partition}:{service}:{self._region}:{self._account}:{resource}"

    def parameters(self, environment: str) -> list[str]:
        found = (
            names.deployment_parameter(environment),
            names.more_predictors_parameter(environment, "*"),
            f"{names.predictor_prefix(environment)}/*",
        )
        return [self.of("ssm", f"parameter{name}") for name in found]


def _allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}

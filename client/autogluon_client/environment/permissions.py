"""What a person needs to use an environment with this client, as IAM documents.

Derived from what is deployed: buckets, key and state machines by their ARNs; endpoints by the
names that the environment gives them, so that a policy for 200 predictors is as long as for two
(IAM's limit is 6,144 characters). To `dev`, the names of an environment `dev-2` look the same. A
test makes a role of the two documents and lets it make every call of the client.
"""

from __future__ import annotations

from typing import Any

from autogluon_client.environment.deployment import Deployment

# As the constructs have them for roles; the client is used without the CDK, and a test compares.
READ_OBJECTS = ("s3:GetObject",)
WRITE_OBJECTS = ("s3:PutObject", "s3:AbortMultipartUpload")
USE_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


def trust_document(account: str, partition: str) -> dict[str, Any]:
    """Who may assume the role: the account's own identities that are allowed to."""
    principal = f"arn:{partition}:iam::{account}:root"
    return _document(
        [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]
    )


def permission_document(deployment: Deployment) -> dict[str, Any]:
    """Start and follow jobs, upload data, read results, ask endpoints; nothing else."""
    place = _Place(deployment)
    environment = deployment.environment
    return _document(
        [
            _allow("FindTheEnvironment", ["ssm:GetParameter"], place.parameters(environment)),
            _allow(
                "StartJobs",
                ["states:StartExecution", "states:ListExecutions"],
                place.state_machines,
            ),
            _allow(
                "FollowJobs",
                ["states:DescribeExecution", "states:GetExecutionHistory", "states:StopExecution"],
                place.executions,
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
                "AskEndpoints",
                ["sagemaker:InvokeEndpoint", "sagemaker:DescribeEndpoint"],
                [place.arn("sagemaker", f"endpoint/{deployment.endpoint_name('*')}")],
            ),
            _allow(
                "WatchJobs",
                ["logs:FilterLogEvents"],
                [
                    place.arn("logs", f"log-group:/aws/sagemaker/{kind}Jobs:*")
                    for kind in ("Training", "Transform", "Processing")
                ],
            ),
        ]
    )


def account_and_partition(deployment: Deployment) -> tuple[str, str]:
    """The account and the partition that an environment is deployed in."""
    parts = deployment.training_role_arn.split(":")
    return parts[4], parts[1]


def objects_in(deployment: Deployment, bucket: str) -> str:
    """ARN of all objects of a bucket in the deployment's partition."""
    return f"arn:{account_and_partition(deployment)[1]}:s3:::{bucket}/*"


class _Place:
    """ARNs of one environment."""

    def __init__(self, deployment: Deployment) -> None:
        self._account, self._partition = account_and_partition(deployment)
        self._region = deployment.region
        self.state_machines = sorted(deployment.state_machines.values())
        self.executions = [
            f"{arn.replace(':stateMachine:', ':execution:', 1)}:*" for arn in self.state_machines
        ]

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self._partition}:{service}:{self._region}:{self._account}:{resource}"

    def parameters(self, environment: str) -> list[str]:
        root = f"parameter/autogluon/{environment}"
        return [self.arn("ssm", f"{root}/{name}") for name in ("deployment", "predictors/*")]


def _allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}

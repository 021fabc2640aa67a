"""Derive the IAM policy of a person who uses the command line."""

from __future__ import annotations

from typing import Any

from autogluon_contracts.documents.deployment import DeploymentDocument
from autogluon_contracts.names import IMPORTED_RUN, model_package_group, schedule_group
from autogluon_contracts.policies.client_policy import (
    WRITE_OBJECTS,
    account_and_partition,
    objects_in,
    permission_document,
)

LONGEST_MANAGED_POLICY = 6144
"""Characters of a managed policy without white space; source: IAM's quotas."""


def person_policy(
    deployment: DeploymentDocument, *, may_delete: bool = False, may_import: bool = False
) -> dict[str, Any]:
    """Return the Python client's policy, extended by jobs and approvals.

    It does not allow deploying, which needs the CDK's roles. Its length does not depend on the
    number of predictors, but on that of endpoints with names of their own (`endpoint.name`), which
    it lists. Attach it as a managed policy: inline policies of a user are limited to 2,048
    characters.

    Args:
        may_delete: whether to allow deleting versions and what runs left in S3.
        may_import: whether to allow registering versions of other environments and models trained
            elsewhere. With `may_delete`, it can be longer than `LONGEST_MANAGED_POLICY`.
    """
    account, partition = account_and_partition(deployment)
    place = f"arn:{partition}:sagemaker:{deployment.region}:{account}"
    groups = model_package_group(deployment.environment, "*")
    kinds = ("training", "transform", "processing")
    document = permission_document(deployment)
    _also(document, "DescribeModels", "sagemaker:UpdateModelPackage")
    _also(document, "FollowTuning", "sagemaker:ListTrainingJobsForHyperParameterTuningJob")
    document["Statement"] += [
        {
            "Sid": "DescribeEndpointConfigs",
            "Effect": "Allow",
            "Action": ["sagemaker:DescribeEndpointConfig"],
            # CloudFormation generates the names.
            "Resource": [f"{place}:endpoint-config/*"],
        },
        {
            "Sid": "DescribeJobs",
            "Effect": "Allow",
            "Action": [f"sagemaker:Describe{kind.capitalize()}Job" for kind in kinds]
            + ["sagemaker:ListTags"],
            # Asking whether a job of some name exists needs the permission for that name.
            "Resource": [f"{place}:{kind}-job/*" for kind in kinds],
        },
        {
            "Sid": "ListAll",
            "Effect": "Allow",
            # Actions that know no resources.
            "Action": ["scheduler:ListSchedules"],
            "Resource": ["*"],
        },
        {
            "Sid": "ReadSchedules",
            "Effect": "Allow",
            "Action": ["scheduler:GetSchedule"],
            "Resource": [
                f"arn:{partition}:scheduler:{deployment.region}:{account}:schedule/"
                f"{schedule_group(deployment.environment)}/*"
            ],
        },
    ]
    if deployment.notebook is not None:
        document["Statement"].append(
            {
                "Sid": "UseTheNotebook",
                "Effect": "Allow",
                "Action": [
                    "sagemaker:CreatePresignedNotebookInstanceUrl",
                    "sagemaker:DescribeNotebookInstance",
                    "sagemaker:StartNotebookInstance",
                    "sagemaker:StopNotebookInstance",
                ],
                "Resource": [f"{place}:notebook-instance/{deployment.notebook}"],
            }
        )
    if may_delete:
        document["Statement"] += _deleting(deployment, f"{place}:model-package/{groups}", partition)
    if may_import:
        document["Statement"] += _importing(deployment, place, groups)
        _also(document, "ListAll", "application-autoscaling:DescribeScalableTargets")
        # Endpoints to adopt, whose names are other people's.
        _also(document, "DescribeEndpointConfigs", "sagemaker:DescribeModel", f"{place}:model/*")
    return document


def _also(document: dict[str, Any], sid: str, action: str, *resources: str) -> None:
    """Allow an action in a statement that there is: a policy may not get too long."""
    (statement,) = (each for each in document["Statement"] if each["Sid"] == sid)
    statement["Action"].append(action)
    statement["Resource"] += resources


def _importing(deployment: DeploymentDocument, place: str, groups: str) -> list[dict[str, Any]]:
    return [
        {
            "Sid": "RegisterModels",
            "Effect": "Allow",
            "Action": [
                "sagemaker:CreateModelPackage",
                "sagemaker:CreateModelPackageGroup",
                "sagemaker:AddTags",
            ],
            "Resource": [
                f"{place}:model-package/{groups}",
                f"{place}:model-package-group/{groups}",
            ],
        },
        {
            "Sid": "SendArtifacts",
            "Effect": "Allow",
            "Action": [*WRITE_OBJECTS],
            "Resource": [
                objects_in(deployment, deployment.artifact_bucket) + f"/runs/{IMPORTED_RUN}*"
            ],
        },
    ]


def _deleting(
    deployment: DeploymentDocument, versions: str, partition: str
) -> list[dict[str, Any]]:
    bucket = deployment.artifact_bucket
    return [
        {
            "Sid": "DeleteModels",
            "Effect": "Allow",
            "Action": ["sagemaker:DeleteModelPackage"],
            "Resource": [versions],
        },
        {
            "Sid": "DeleteResults",
            "Effect": "Allow",
            "Action": ["s3:DeleteObject"],
            "Resource": [objects_in(deployment, bucket)],
        },
        {
            "Sid": "ListResults",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [f"arn:{partition}:s3:::{bucket}"],
        },
    ]

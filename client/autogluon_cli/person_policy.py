"""The IAM policy of a person who uses the command line."""

from __future__ import annotations

from typing import Any

from autogluon_client.deployment import Deployment
from autogluon_client.permissions import account_and_partition, permission_document


def person_policy(deployment: Deployment) -> dict[str, Any]:
    """The Python client's policy, and what looking at jobs, models and approvals needs more.

    Deploying is not in it: that is for whoever may use the CDK's roles.
    """
    account, partition = account_and_partition(deployment)
    place = f"arn:{partition}:sagemaker:{deployment.region}:{account}"
    groups = [f"autogluon-{deployment.environment}-{name}" for name in deployment.predictors]
    kinds = ("training", "transform", "processing")
    document = permission_document(deployment)
    document["Statement"] += [
        {
            "Sid": "ReadModels",
            "Effect": "Allow",
            "Action": ["sagemaker:ListModelPackages"],
            # SageMaker checks the list against no particular version.
            "Resource": [
                f"{place}:model-package/*",
                *[f"{place}:model-package-group/{group}" for group in groups],
            ],
        },
        {
            "Sid": "DecideAboutModels",
            "Effect": "Allow",
            "Action": ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"],
            "Resource": [f"{place}:model-package/{group}/*" for group in groups],
        },
        {
            "Sid": "SeeWhatEndpointsRunOn",
            "Effect": "Allow",
            "Action": ["sagemaker:DescribeEndpointConfig"],
            # CloudFormation generates the names.
            "Resource": [f"{place}:endpoint-config/*"],
        },
        {
            "Sid": "LookAtJobs",
            "Effect": "Allow",
            "Action": [f"sagemaker:Describe{kind.capitalize()}Job" for kind in kinds]
            + ["sagemaker:ListTags"],
            "Resource": [
                f"{place}:{kind}-job/{name}-*" for kind in kinds for name in deployment.predictors
            ],
        },
        {
            "Sid": "ReadJobLogs",
            "Effect": "Allow",
            "Action": ["logs:FilterLogEvents"],
            "Resource": [
                f"arn:{partition}:logs:{deployment.region}:{account}:"
                f"log-group:/aws/sagemaker/{kind}Jobs:*"
                for kind in ("Transform", "Processing")
            ],
        },
    ]
    return document

"""The IAM policy of a person who uses the command line."""

from __future__ import annotations

from typing import Any

from autogluon_client.environment.deployment import Deployment
from autogluon_client.environment.permissions import account_and_partition, permission_document


def person_policy(deployment: Deployment) -> dict[str, Any]:
    """The Python client's policy, and what looking at jobs, models and approvals needs more.

    Deploying is not in it: that is for whoever may use the CDK's roles. Its length does not grow
    with the predictors; it has to be attached as a managed policy (a user's own end at 2,048
    characters).
    """
    account, partition = account_and_partition(deployment)
    place = f"arn:{partition}:sagemaker:{deployment.region}:{account}"
    groups = f"autogluon-{deployment.environment}-*"
    kinds = ("training", "transform", "processing")
    document = permission_document(deployment)
    document["Statement"] += [
        {
            "Sid": "ReadModels",
            "Effect": "Allow",
            "Action": ["sagemaker:ListModelPackages"],
            # SageMaker checks the list against no particular version.
            "Resource": [f"{place}:model-package/*", f"{place}:model-package-group/{groups}"],
        },
        {
            "Sid": "DecideAboutModels",
            "Effect": "Allow",
            "Action": ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"],
            "Resource": [f"{place}:model-package/{groups}"],
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
            # Whether there is a job of a name can only be asked with a permission for the name.
            "Resource": [f"{place}:{kind}-job/*" for kind in kinds],
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

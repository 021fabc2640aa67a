"""Let alarms notify a topic under the environment's key."""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from autogluon_constructs.identity.permissions import USE_KEY, arn
from autogluon_contracts import names


def admit_alarms(key: kms.Key, environment: str) -> None:
    """Let CloudWatch use the key, for alarms of the environment alone.

    Source: SNS guide, "Enable compatibility between event sources from AWS services and encrypted
    topics".
    """
    key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=list(USE_KEY),
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            resources=["*"],
            conditions={
                "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                "ArnLike": {
                    "aws:SourceArn": arn(
                        key, "cloudwatch", f"alarm:{names.own_alarms(environment)}"
                    )
                },
            },
        )
    )

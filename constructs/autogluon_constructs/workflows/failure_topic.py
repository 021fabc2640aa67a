"""Build the topic that failed runs and alarms are reported to."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from autogluon_constructs.identity.permissions import USE_KEY, Permission, arn
from autogluon_contracts import names


class FailureTopic(Construct):
    """An encrypted topic with the subscribers that settings name."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        key: kms.IKey,
        emails: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        # TLS alone, required above, would leave a policy that denies only; it replaces the default
        # one, by which alarms may publish.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisEnvironment",
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[self.arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                    "ArnLike": {
                        "aws:SourceArn": arn(
                            self, "cloudwatch", f"alarm:{names.own_alarms(environment)}"
                        )
                    },
                },
            )
        )
        for email in emails:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    @property
    def arn(self) -> str:
        """Return the ARN of the topic."""
        return self.topic.topic_arn

    def publish(self) -> list[Permission]:
        """Return the permission to publish, and to encrypt what is published."""
        return [
            Permission(actions=("sns:Publish",), resources=(self.arn,)),
            Permission(actions=USE_KEY, resources=(self._key.key_arn,)),
        ]

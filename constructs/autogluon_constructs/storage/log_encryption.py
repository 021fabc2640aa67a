"""Keep log groups under the environment's key."""

import jsii
from aws_cdk import Aws, IAspect
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import IConstruct

from autogluon_constructs.identity.permissions import arn
from autogluon_contracts import names

# CloudWatch Logs' guide, "Encrypt log data using AWS Key Management Service".
_ACTIONS = (
    "kms:Decrypt*",
    "kms:Describe*",
    "kms:Encrypt*",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
)


def admit_log_groups(key: kms.Key, environment: str, *, with_jobs: bool) -> None:
    """Let CloudWatch Logs use the key for log groups of the environment's stacks and endpoints.

    Args:
        with_jobs: whether also for those of SageMaker's jobs, which the account shares.
    """
    groups = [
        names.all_of(environment),
        f"/aws/vendedlogs/states/{names.all_of(environment)}",
        f"{names.endpoint_log_groups(environment)}*",
        f"{names.component_log_groups(environment)}*",
    ]
    if with_jobs:
        groups += map(names.job_log_group, names.JOB_KINDS)
    key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=list(_ACTIONS),
            principals=[iam.ServicePrincipal(f"logs.{Aws.REGION}.{Aws.URL_SUFFIX}")],
            resources=["*"],
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": [
                        arn(key, "logs", f"log-group:{group}") for group in groups
                    ]
                }
            },
        )
    )


@jsii.implements(IAspect)
class EveryLogGroup:
    """Puts log groups under a key, whichever construct made them."""

    def __init__(self, key: kms.IKey) -> None:
        self._key_arn = key.key_arn

    def visit(self, node: IConstruct) -> None:
        """Change one node of the construct tree, if it is a log group."""
        # The property and not an override, which cdk-nag would not see.
        if isinstance(node, logs.CfnLogGroup):
            node.kms_key_id = self._key_arn

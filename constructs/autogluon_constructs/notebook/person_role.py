"""Build the role of a notebook instance: what a person may do, and what the instance needs."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import Construct

from autogluon_constructs.identity.permissions import WRITE_LOGS, Permission, arn, grant
from autogluon_constructs.identity.trust import sagemaker_here
from autogluon_contracts.documents.deployment import DeploymentDocument
from autogluon_contracts.policies.person_policy import person_policy

_BOUND = (
    "What the policy allows that people have: {sid}, of this environment's names where the service "
    "knows resources; it can create, pass and delete nothing"
)
_LOGS_BOUND = "Only the log group in which SageMaker keeps what scripts of notebook instances say"


class PersonRole(Construct):
    """What people do on a notebook instance, they do with this role."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: DeploymentDocument,
        needed: Sequence[Permission],
    ) -> None:
        """`needed` is what the instance needs beside what a person may do."""
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=sagemaker_here(self),
            description=f"What people may do on the notebook of {deployment.environment}",
        )
        logs = arn(self, "logs", "log-group:/aws/sagemaker/NotebookInstances*")
        grant(
            self.role,
            *(_permission(each) for each in person_policy(deployment)["Statement"]),
            Permission(actions=WRITE_LOGS, resources=(logs,), bound=_LOGS_BOUND),
            *needed,
        )


def _permission(statement: Mapping[str, Any]) -> Permission:
    return Permission(
        actions=statement["Action"],
        resources=statement["Resource"],
        conditions=statement.get("Condition", {}),
        bound=_BOUND.format(sid=statement["Sid"]),
    )

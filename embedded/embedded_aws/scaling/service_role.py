"""The service-linked role with which Application Auto Scaling acts on endpoints and alarms."""

from __future__ import annotations

import json
import threading
from typing import Any

from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.runtime import Runtime

PRINCIPAL = "sagemaker.application-autoscaling.amazonaws.com"
# Names of the user guide, "Service-linked roles for Application Auto Scaling".
_NAME = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_PATH = f"/aws-service-role/{PRINCIPAL}/"
_POLICY = (
    "arn:aws:iam::aws:policy/aws-service-role/AWSApplicationAutoscalingSageMakerEndpointPolicy"
)


class ServiceRole:
    """Creates the role with the first target, and opens its sessions."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._exists = False

    @property
    def arn(self) -> str:
        """Return the role's ARN."""
        return f"arn:aws:iam::{self._runtime.account_id}:role{_PATH}{_NAME}"

    def client(self, service: str, region: str) -> Any:
        """Return a client that acts with the role."""
        return self._runtime.client(service, self._credentials(), region)

    def _credentials(self) -> Credentials:
        if self._runtime.assume_role_for_service is None:
            return ADMIN  # an embedded AWS without IAM: nothing is evaluated
        self._create()
        return self._runtime.role_credentials(self.arn, PRINCIPAL, "AutoScaling-UpdateCapacity")

    def _create(self) -> None:
        with self._lock:
            if self._exists:
                return
            iam = self._runtime.client("iam")
            try:
                iam.create_role(
                    RoleName=_NAME,
                    Path=_PATH,
                    AssumeRolePolicyDocument=json.dumps(_trust()),
                    Description="Lets Application Auto Scaling scale SageMaker endpoints",
                )
            except iam.exceptions.EntityAlreadyExistsException:
                pass
            else:
                iam.attach_role_policy(RoleName=_NAME, PolicyArn=_POLICY)
            self._exists = True


def _trust() -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": PRINCIPAL},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}

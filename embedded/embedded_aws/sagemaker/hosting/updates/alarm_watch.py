"""Watch the CloudWatch alarms that undo an update."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record

_ANY_KIND = ["MetricAlarm", "CompositeAlarm"]


class AlarmWatch:
    """The alarms of one update, read by the execution role.

    "Ensure that your IAM execution role has permission to perform the cloudwatch:DescribeAlarms
    action on the auto-rollback alarms you specify" (SageMaker guide, "Auto-Rollback Configuration
    and Monitoring").

    Args:
        role_arn: the role of the model in service.
        names: at most ten; with none, nothing is ever read.
    """

    def __init__(
        self,
        service: SageMaker,
        region: str,
        endpoint: Record,
        role_arn: str,
        names: tuple[str, ...],
    ) -> None:
        self._names = names
        self._client: Any = None
        if names:
            credentials = service.assume(role_arn, endpoint.name, endpoint.arn)
            self._client = service.runtime.client("cloudwatch", credentials, region)

    def require_all(self) -> None:
        """Raise JobError where an alarm does not exist, so that it could never undo anything."""
        missing = [name for name in self._names if name not in self._found()]
        if missing:
            raise JobError(f"Alarm(s) [{', '.join(missing)}] do not exist.")

    def require_quiet(self) -> None:
        """Raise JobError while one of the alarms is in ALARM."""
        loud = [name for name, state in self._found().items() if state == "ALARM"]
        if loud:
            # AWS does not publish its words.
            raise JobError(
                f"The deployment was rolled back because alarm(s) [{', '.join(loud)}] went into "
                "ALARM state."
            )

    def _found(self) -> dict[str, str]:
        if not self._names:
            return {}
        try:
            answer = self._client.describe_alarms(
                AlarmNames=list(self._names), AlarmTypes=_ANY_KIND
            )
        except ClientError as error:
            raise JobError(f"The auto-rollback alarms cannot be read: {error}") from error
        alarms = (*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ()))
        return {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}

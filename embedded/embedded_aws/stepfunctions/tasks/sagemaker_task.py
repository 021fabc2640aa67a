"""The optimised SageMaker integrations: jobs with `.sync`, and the model and endpoint calls."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.stepfunctions.execution.role_session import RoleSession
from embedded_aws.stepfunctions.tasks.api_shapes import (
    declared_error_codes,
    epoch_milliseconds,
    error_cause,
    exception_name,
)
from embedded_aws.stepfunctions.tasks.service_task import ServiceTask

# Step Functions tags what it creates, for which the role needs sagemaker:AddTags.
_MANAGED_BY = {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}
_RUNNING = {"InProgress", "Stopping", "Pending", "Starting"}


@dataclass(frozen=True)
class _Job:
    """The names of a job kind: `<kind>Name` and `<kind>Status` of Describe<kind>."""

    kind: str

    @property
    def name_member(self) -> str:
        return f"{self.kind}Name"

    @property
    def status_member(self) -> str:
        return f"{self.kind}Status"


_JOBS = {
    f"create{kind}": _Job(kind)
    for kind in ("TrainingJob", "TransformJob", "ProcessingJob", "HyperParameterTuningJob")
}
_TAGGED = {*_JOBS, "createModel", "createEndpointConfig", "createEndpoint"}


class SageMakerTask(ServiceTask):
    """`arn:aws:states:::sagemaker:<action>[.sync]`."""

    supported = {
        **dict.fromkeys(_JOBS, (None, "sync")),
        "createModel": (None,),
        "createEndpointConfig": (None,),
        "createEndpoint": (None,),
        "updateEndpoint": (None,),
    }
    timestamps = staticmethod(epoch_milliseconds)

    def run(self, env: Any, session: RoleSession, arguments: dict[str, Any]) -> Any:
        """Send the request; with `.sync`, answer with the description of the finished job."""
        action = self.resource.api_action
        if action in _TAGGED:
            arguments = {**arguments, "Tags": [*arguments.get("Tags", []), _MANAGED_BY]}
        created = self.call(session, "sagemaker", action, arguments)
        if self.resource.condition is None:
            return created
        self.submitted(env, created)
        job = _JOBS[action]
        # The policy that the guide gives for `.sync` ("IAM policies for integrated services",
        # SageMaker AI) has it, so that a role without it may fail.
        self.call(session, "sagemaker", "listTags", {"ResourceArn": created[f"{job.kind}Arn"]})
        name = {job.name_member: arguments[job.name_member]}
        return self.wait_until_done(
            env,
            poll=lambda: self._poll(env, session, job, name),
            cancel=lambda: self._stop(session, job, name),
        )

    def name_error(self, error: ClientError) -> tuple[str, str]:
        """Return `SageMaker.<Code>Exception`, or the name for undeclared codes, and the cause."""
        code = error.response["Error"]["Code"]
        is_declared = code in declared_error_codes("sagemaker")
        name = exception_name(code) if is_declared else "AmazonSageMakerException"
        return f"SageMaker.{name}", error_cause(error, "AmazonSageMaker")

    def _poll(self, env: Any, session: RoleSession, job: _Job, name: dict[str, str]) -> Any:
        description = self.call(session, "sagemaker", f"describe{job.kind}", name)
        status = description[job.status_member]
        if status in _RUNNING:
            return None
        if status == "Completed":
            return description
        raise self.fail(env, "States.TaskFailed", json.dumps(description, separators=(",", ":")))

    def _stop(self, session: RoleSession, job: _Job, name: dict[str, str]) -> None:
        # It may have ended, or the role may not stop it: then it continues, as on AWS.
        with contextlib.suppress(ClientError):
            self.call(session, "sagemaker", f"stop{job.kind}", name)

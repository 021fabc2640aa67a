"""SageMaker's notebook instances: one, whose states a test decides."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import WaiterError

NAME = "notebook-abc"
_REACHED = {
    "notebook_instance_in_service": {"Pending": "InService", "InService": "InService"},
    "notebook_instance_stopped": {"Stopping": "Stopped", "Stopped": "Stopped"},
}


@dataclass
class FakeNotebooks:
    """A notebook instance. Changes wait for their waiter; `fails` lets that see a failure."""

    status: str = "InService"
    fails: bool = False
    calls: list[str] = field(default_factory=list)

    def describe_notebook_instance(self, *, NotebookInstanceName: str) -> dict[str, Any]:
        assert NotebookInstanceName == NAME
        return {"NotebookInstanceStatus": self.status, "InstanceType": "ml.t3.medium"}

    def start_notebook_instance(self, *, NotebookInstanceName: str) -> None:
        assert self.status in ("Stopped", "Failed")
        self.calls.append("start")
        self.status = "Pending"

    def stop_notebook_instance(self, *, NotebookInstanceName: str) -> None:
        assert self.status == "InService"
        self.calls.append("stop")
        self.status = "Stopping"

    def create_presigned_notebook_instance_url(
        self, *, NotebookInstanceName: str, SessionExpirationDurationInSeconds: int
    ) -> dict[str, str]:
        self.calls.append(f"open for {SessionExpirationDurationInSeconds} s")
        return {"AuthorizedUrl": f"https://{NAME}.notebook.us-east-1.sagemaker.aws?authToken=t"}

    def get_waiter(self, name: str) -> _Waiter:
        return _Waiter(self, name)


@dataclass(frozen=True)
class _Waiter:
    notebooks: FakeNotebooks
    name: str

    def wait(self, *, NotebookInstanceName: str, WaiterConfig: dict[str, int]) -> None:
        if self.notebooks.fails:
            last = {"NotebookInstanceStatus": "Failed", "FailureReason": "no capacity"}
            raise WaiterError(self.name, "Waiter encountered a terminal failure state", last)
        self.notebooks.status = _REACHED[self.name][self.notebooks.status]

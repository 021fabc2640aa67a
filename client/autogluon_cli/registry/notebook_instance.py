"""Find the environment's notebook instance and change its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation

RUNNING, STOPPED = "InService", "Stopped"
_WAITERS = {RUNNING: "notebook_instance_in_service", STOPPED: "notebook_instance_stopped"}
_POLL_SECONDS, _LONGEST_SECONDS = 5, 1800


@dataclass(frozen=True)
class NotebookInstance:
    """The instance as it was when it was found."""

    name: str
    status: str
    instance_type: str

    def document(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return dict(vars(self))


def find_notebook(invocation: Invocation) -> NotebookInstance:
    """Describe the notebook instance.

    Raises:
        CommandError: the environment is deployed without one.
    """
    name = invocation.connection.deployment.notebook
    if name is None:
        raise CommandError(
            f"Environment {invocation.environment!r} has no notebook instance.",
            advice=f"Add `notebook:` to {invocation.settings_file} and deploy.",
            next_command=invocation.command("deploy"),
            exit_code=ExitCode.NOT_FOUND,
        )
    found = invocation.client("sagemaker").describe_notebook_instance(NotebookInstanceName=name)
    return NotebookInstance(name, found["NotebookInstanceStatus"], found["InstanceType"])


def wait_for_notebook(invocation: Invocation, name: str, status: str) -> None:
    """Wait until the instance has the status.

    Raises:
        CommandError: it has failed, or takes longer than half an hour.
    """
    from botocore.exceptions import WaiterError

    waiter = invocation.client("sagemaker").get_waiter(_WAITERS[status])
    config = {"Delay": _POLL_SECONDS, "MaxAttempts": _LONGEST_SECONDS // _POLL_SECONDS}
    try:
        waiter.wait(NotebookInstanceName=name, WaiterConfig=config)
    except WaiterError as error:
        reason = error.last_response.get("FailureReason", "no reason given")
        found = error.last_response.get("NotebookInstanceStatus", "unknown")
        raise CommandError(
            f"Notebook instance {name!r} is {found}, not {status} ({reason}).",
            advice="Its log group is /aws/sagemaker/NotebookInstances.",
            next_command="aws logs tail /aws/sagemaker/NotebookInstances --since 1h",
            exit_code=ExitCode.WORK_FAILED,
        ) from error

"""Run operations on stacks in the background, one at a time per stack."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from embedded_aws.cloudformation.api.callers import CallerClients, Clients
from embedded_aws.cloudformation.engine.deletion import delete_stack
from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.deployment import Deployment
from embedded_aws.cloudformation.engine.resource_import import ResourceImport
from embedded_aws.cloudformation.engine.rollback import UpdateRollback, roll_back_creation
from embedded_aws.cloudformation.engine.stable_state import StableState
from embedded_aws.cloudformation.engine.stack import Stack, now
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.engine.workspace import Workspace
from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.gateway import ApiError

_UPDATABLE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}

# After ExecuteChangeSet and DeleteStack the CDK CLI looks at once, then every 5 s. Answering them
# when the work is done, if that is soon, saves most stacks that pause; the work runs in the
# background either way.
PATIENCE_SECONDS = 4.0

Reporter = Callable[[str], None]


class StackOperations:
    """Accepts operations one at a time per stack, and runs each in a thread of its own."""

    def __init__(
        self,
        store: StackStore,
        registry: Registry,
        callers: CallerClients,
        account_id: str,
        report: Reporter,
    ) -> None:
        self._store = store
        self._callers = callers
        self._registry = registry
        self._account_id = account_id
        self._report = report
        self._running: set[threading.Event] = set()

    def workspace(self, stack: Stack, clients: Clients) -> Workspace:
        """Return the workspace of an operation on `stack`."""
        own = self._callers.of_service(stack.region)
        return Workspace(stack, self._store, self._registry, clients, own, self._account_id)

    def check_updatable(self, stack: Stack, *, disables_rollback: bool) -> None:
        """Raise ApiError (ValidationError) unless the stack's status allows an update.

        A stack that a failure left as it was takes updates without rollback only, in the words of
        aws/aws-cli #6368.
        """
        if stack.paused and not disables_rollback:
            raise validation_error(
                f"This stack is currently in a non-terminal [{stack.status}] state. To update the "
                "stack from this state, please use the disable-rollback parameter with "
                "update-stack API. To rollback to the last known good state, use the "
                "rollback-stack API"
            )
        if stack.status not in _UPDATABLE and not stack.paused:
            raise validation_error(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
            )

    def create(
        self, stack: Stack, request: DeployRequest, clients: Clients, token: str | None
    ) -> threading.Thread:
        """Create a stack that is in REVIEW_IN_PROGRESS."""
        stack.disable_rollback = request.disables_rollback
        self._begin(stack, "CREATE_IN_PROGRESS", "CreateStack", token)
        stack.created = now()
        self._adopt(stack, request)
        return self._run(stack, clients, lambda workspace: self._create(workspace, request))

    def update(
        self, stack: Stack, request: DeployRequest, clients: Clients, token: str | None
    ) -> threading.Thread:
        """Update a stack whose status allows it."""
        self.check_updatable(stack, disables_rollback=request.disables_rollback)
        stack.disable_rollback = request.disables_rollback
        stable = stack.stable is None and not stack.paused
        self._begin(stack, "UPDATE_IN_PROGRESS", "UpdateStack", token)
        stack.updated = now()
        return self._run(
            stack, clients, lambda workspace: self._update(workspace, request, from_stable=stable)
        )

    def take_over(
        self, stack: Stack, request: DeployRequest, clients: Clients, token: str | None
    ) -> threading.Thread:
        """Import existing resources into a stack whose status allows an update."""
        self.check_updatable(stack, disables_rollback=False)
        self._begin(stack, "IMPORT_IN_PROGRESS", "ExecuteChangeSet", token)
        stack.updated = now()
        return self._run(stack, clients, lambda workspace: self._import(workspace, request))

    def delete(
        self, stack: Stack, clients: Clients, token: str | None, retain: frozenset[str]
    ) -> threading.Thread:
        """Delete a stack."""
        if stack.in_progress:
            raise validation_error(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be deleted."
            )
        if stack.termination_protection:
            raise validation_error(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        if retain and stack.status != "DELETE_FAILED":
            raise validation_error(
                "Invalid operation on stack: RetainResources is allowed in DELETE_FAILED only."
            )
        former = stack.status
        self._begin(stack, "DELETE_IN_PROGRESS", "DeleteStack", token)
        stack.deleted = now()
        return self._run(stack, clients, lambda workspace: delete_stack(workspace, retain, former))

    def continue_rollback(
        self, stack: Stack, clients: Clients, token: str | None, skip: frozenset[str]
    ) -> threading.Thread:
        """Continue an update's rollback that failed."""
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise validation_error(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not continue rollback."
            )
        unknown = sorted(skip - set(stack.unfinished_rollback.pending))
        if unknown:
            raise validation_error(
                f"The following resource(s) are not waiting for a rollback: [{', '.join(unknown)}]"
            )
        self._begin(stack, "UPDATE_ROLLBACK_IN_PROGRESS", "ContinueUpdateRollback", token)
        return self._run(stack, clients, lambda workspace: _continue(workspace, skip))

    def roll_back(
        self,
        stack: Stack,
        clients: Clients,
        token: str | None,
        *,
        retain_except_on_create: bool = False,
    ) -> threading.Thread:
        """Return a stack that a failure left as it was to its last stable state.

        A stack that never had one loses its resources.
        """
        if not stack.paused:
            raise validation_error(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back."
            )
        stack.tokens |= {token: "RollbackStack"} if token else {}
        stack.current_token = token
        # Visible at once, so that no other operation starts in between.
        if stack.stable is None:
            stack.status = "ROLLBACK_IN_PROGRESS"
            return self._run(
                stack,
                clients,
                lambda workspace: roll_back_creation(
                    workspace, "", retain_except_on_create=retain_except_on_create
                ),
            )
        stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        stable: StableState = stack.stable
        self._adopt(stack, stable.request)
        stack.stable = None
        stack.unfinished_rollback = UpdateRollback(
            stable.resources, stable.journal, retain_except_on_create=retain_except_on_create
        )
        return self._run(stack, clients, lambda workspace: _continue(workspace, frozenset()))

    def stop(self) -> None:
        """Make everything that waits stop waiting."""
        for cancelled in list(self._running):
            cancelled.set()

    def _begin(self, stack: Stack, status: str, operation: str, token: str | None) -> None:
        if token:
            stack.tokens[token] = operation
        stack.current_token = token
        stack.set_status(status, "User Initiated")
        self._report(f"{stack.name}: {status}")

    def _adopt(self, stack: Stack, request: DeployRequest) -> None:
        stack.state = request.target
        stack.tags = dict(request.tags)
        stack.capabilities = request.capabilities
        stack.role_arn = request.role_arn

    def _run(
        self, stack: Stack, clients: Clients, work: Callable[[Workspace], None]
    ) -> threading.Thread:
        workspace = self.workspace(stack, clients)
        self._running.add(workspace.cancelled)

        def run() -> None:
            started = time.monotonic()
            try:
                work(workspace)
            except Exception as error:  # noqa: BLE001 - a stack must never stay IN_PROGRESS
                failed = stack.status.replace("_IN_PROGRESS", "_FAILED")
                stack.set_status(failed, f"Internal failure: {error!r}")
            finally:
                self._running.discard(workspace.cancelled)
                reason = f": {stack.status_reason}" if stack.status_reason else ""
                seconds = time.monotonic() - started
                self._report(f"{stack.name}: {stack.status} after {seconds:.1f} s{reason}")

        thread = threading.Thread(target=run, name=f"stack-{stack.name}", daemon=True)
        thread.start()
        return thread

    def _create(self, workspace: Workspace, request: DeployRequest) -> None:
        stack = workspace.stack
        deployment = Deployment(workspace, request)
        reason = deployment.run()
        if reason is None:
            stack.set_status("CREATE_COMPLETE")
            return
        self._report(f"{stack.name}: {reason}{_first_reason(stack, deployment.failed)}")
        if request.disables_rollback:
            stack.set_status("CREATE_FAILED", reason)
            return
        roll_back_creation(
            workspace, reason, retain_except_on_create=request.retain_except_on_create
        )
        if request.on_failure == "DELETE" and stack.status == "ROLLBACK_COMPLETE":
            stack.set_status("DELETE_IN_PROGRESS", "OnFailure is DELETE")
            stack.deleted = now()
            delete_stack(workspace, frozenset(), "ROLLBACK_COMPLETE")

    def _update(self, workspace: Workspace, request: DeployRequest, *, from_stable: bool) -> None:
        stack = workspace.stack
        before = dict(stack.resources)
        previous = DeployRequest(
            target=_deployed(stack),
            tags=stack.tags,
            capabilities=stack.capabilities,
            role_arn=request.role_arn,  # a new role is remembered even if the update fails
        )
        self._adopt(stack, request)
        deployment = Deployment(workspace, request)
        reason = deployment.run()
        if reason is None:
            stack.stable = None
            stack.set_status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            deployment.clean_up()
            stack.set_status("UPDATE_COMPLETE")
            return
        self._report(f"{stack.name}: {reason}{_first_reason(stack, deployment.failed)}")
        if request.disables_rollback:
            if from_stable:
                stack.stable = StableState(previous, before)
            if stack.stable is not None:
                stack.stable.journal.extend(deployment.journal)
            stack.set_status("UPDATE_FAILED", reason)
            return
        self._adopt(stack, previous)
        rollback = UpdateRollback(
            before,
            deployment.journal,
            retain_except_on_create=request.retain_except_on_create,
        )
        stack.unfinished_rollback = rollback
        if rollback.run(workspace, reason, frozenset()):
            stack.unfinished_rollback = None
            stack.set_status("UPDATE_ROLLBACK_COMPLETE")

    def _import(self, workspace: Workspace, request: DeployRequest) -> None:
        stack, attempt = workspace.stack, ResourceImport(workspace, request)
        reason = attempt.run()
        if reason is None:
            self._adopt(stack, request)
            stack.set_status("IMPORT_COMPLETE")
            return
        self._report(f"{stack.name}: {reason}{_first_reason(stack, set(request.imports))}")
        stack.set_status("IMPORT_ROLLBACK_IN_PROGRESS", reason)
        attempt.roll_back()
        stack.set_status("IMPORT_ROLLBACK_COMPLETE")


def _continue(workspace: Workspace, skip: frozenset[str]) -> None:
    stack = workspace.stack
    if stack.unfinished_rollback.run(workspace, None, skip):
        stack.unfinished_rollback = None
        stack.set_status("UPDATE_ROLLBACK_COMPLETE")


def _deployed(stack: Stack) -> Any:
    if stack.state is None:
        raise ApiError("InternalFailure", f"Stack {stack.name} was never deployed.")
    return stack.state


def _first_reason(stack: Stack, failed: set[str]) -> str:
    reasons = [
        f"{item.logical_id}: {item.status_reason}"
        for name, item in list(stack.resources.items())
        if name in failed and item.status_reason and "cancelled" not in item.status_reason
    ]
    return " | ".join(reasons)

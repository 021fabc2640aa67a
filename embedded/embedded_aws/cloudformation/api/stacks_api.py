"""The operations that create, change and delete stacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_aws.cloudformation.api.callers import CallerClients, Clients
from embedded_aws.cloudformation.api.change_set import ChangeSetStore
from embedded_aws.cloudformation.api.operations import PATIENCE_SECONDS, StackOperations
from embedded_aws.cloudformation.api.requests import read_deploy_request, refuse_unsupported
from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.planning import ResourceChange, plan_changes
from embedded_aws.cloudformation.engine.stack import Stack
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.errors import not_supported, validation_error
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.gateway import ApiCall, ApiError, Operation


class StacksApi:
    """Operations that change stacks."""

    def __init__(
        self,
        store: StackStore,
        change_sets: ChangeSetStore,
        operations: StackOperations,
        registry: Registry,
        callers: CallerClients,
    ) -> None:
        self._store = store
        self._change_sets = change_sets
        self._operations = operations
        self._registry = registry
        self._callers = callers

    def handlers(self) -> Mapping[str, Operation]:
        """Return the operations by name."""
        return {
            "CreateStack": self.create_stack,
            "UpdateStack": self.update_stack,
            "DeleteStack": self.delete_stack,
            "ContinueUpdateRollback": self.continue_update_rollback,
            "RollbackStack": self.rollback_stack,
            "UpdateTerminationProtection": self.update_termination_protection,
        }

    def create_stack(self, call: ApiCall) -> dict[str, Any]:
        """Start creating a stack."""
        name, token = call.params["StackName"], call.params.get("ClientRequestToken")
        with self._store.lock:
            existing = self._store.find(name, call.region)
            if existing is not None:
                if _repeated(existing, token, "CreateStack"):
                    return {"StackId": existing.stack_id}
                raise ApiError("AlreadyExistsException", f"Stack [{name}] already exists")
            stack = self._store.new(name, call.region)
            request = self.read(call, stack)
            clients = self._callers.of_role(call, request.role_arn)
            stack.termination_protection = bool(call.params.get("EnableTerminationProtection"))
            self._store.add(stack)
            self._operations.create(stack, request, clients, token)
        return {"StackId": stack.stack_id}

    def update_stack(self, call: ApiCall) -> dict[str, Any]:
        """Start updating a stack, unless nothing would change."""
        token = call.params.get("ClientRequestToken")
        with self._store.lock:
            stack = self._store.get(call.params["StackName"], call.region)
            if _repeated(stack, token, "UpdateStack"):
                return {"StackId": stack.stack_id}
            self._operations.check_updatable(
                stack, disables_rollback=bool(call.params.get("DisableRollback"))
            )
            request = self.read(call, stack)
            clients = self._callers.of_role(call, request.role_arn)
            _, has_changes = self.plan(stack, request, clients)
            if not has_changes:
                raise validation_error("No updates are to be performed.")
            self._operations.update(stack, request, clients, token)
        return {"StackId": stack.stack_id}

    def delete_stack(self, call: ApiCall) -> None:
        """Start deleting a stack; succeeds when there is none."""
        params = call.params
        refuse_unsupported(params)
        if params.get("DeletionMode", "STANDARD") != "STANDARD":
            raise not_supported(f"the DeletionMode {params['DeletionMode']}")
        token = params.get("ClientRequestToken")
        with self._store.lock:
            stack = self._store.find(params["StackName"], call.region)
            if stack is None or stack.status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
                return
            if _repeated(stack, token, "DeleteStack"):
                return
            role_arn = params.get("RoleARN") or stack.role_arn
            clients = self._callers.of_role(call, role_arn)
            for change_set in self._change_sets.of(stack):
                self._change_sets.remove(change_set)
            retain = frozenset(params.get("RetainResources") or [])
            thread = self._operations.delete(stack, clients, token, retain)
        thread.join(PATIENCE_SECONDS)

    def continue_update_rollback(self, call: ApiCall) -> None:
        """Continue a rollback that failed."""
        with self._store.lock:
            stack = self._store.get(call.params["StackName"], call.region)
            clients = self._callers.of_role(call, call.params.get("RoleARN") or stack.role_arn)
            skip = frozenset(call.params.get("ResourcesToSkip") or [])
            token = call.params.get("ClientRequestToken")
            self._operations.continue_rollback(stack, clients, token, skip)

    def rollback_stack(self, call: ApiCall) -> dict[str, Any]:
        """Return a stack that failed without a rollback to its last stable state."""
        with self._store.lock:
            stack = self._store.get(call.params["StackName"], call.region)
            clients = self._callers.of_role(call, call.params.get("RoleARN") or stack.role_arn)
            self._operations.roll_back(
                stack,
                clients,
                call.params.get("ClientRequestToken"),
                retain_except_on_create=bool(call.params.get("RetainExceptOnCreate")),
            )
        return {"StackId": stack.stack_id}

    def update_termination_protection(self, call: ApiCall) -> dict[str, Any]:
        """Switch a stack's protection against deletion on or off."""
        stack = self._store.get(call.params["StackName"], call.region)
        stack.termination_protection = bool(call.params["EnableTerminationProtection"])
        return {"StackId": stack.stack_id}

    def read(self, call: ApiCall, stack: Stack) -> DeployRequest:
        """Return the state that a call wants `stack` to reach."""
        return read_deploy_request(call, stack, self._callers, self._registry)

    def plan(
        self, stack: Stack, request: DeployRequest, clients: Clients
    ) -> tuple[list[ResourceChange], bool]:
        """Return the changes to resources, and whether there is anything to do at all."""
        references = self._operations.workspace(stack, clients).references()
        changes = plan_changes(
            stack.resources, request.target, self._registry, references, request.tags
        )
        if changes or stack.state is None or stack.paused:
            return changes, True
        outputs = request.target.outputs(references)
        return changes, outputs != stack.outputs or request.tags != stack.tags


def _repeated(stack: Stack, token: str | None, operation: str) -> bool:
    """Return whether the same request was accepted before."""
    if token is None or token not in stack.tokens:
        return False
    if stack.tokens[token] != operation:
        raise ApiError(
            "TokenAlreadyExistsException",
            f"The client request token {token} was already used for {stack.tokens[token]}.",
        )
    return True

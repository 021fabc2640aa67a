"""The operations on change sets."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from embedded_aws.cloudformation.api.callers import CallerClients
from embedded_aws.cloudformation.api.change_set import ChangeSet, ChangeSetStore
from embedded_aws.cloudformation.api.import_checks import (
    IMPORT,
    check_only_imports,
    read_imports,
)
from embedded_aws.cloudformation.api.operations import PATIENCE_SECONDS, StackOperations
from embedded_aws.cloudformation.api.stacks_api import StacksApi
from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.stack import Stack
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.errors import not_supported, validation_error
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.gateway import ApiCall, ApiError, Operation

# What an execution is recorded as by its token.
_EXECUTIONS = ("CreateStack", "UpdateStack", "ExecuteChangeSet")
_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9-]{0,127}$")


class ChangeSetsApi:
    """Operations on change sets."""

    def __init__(
        self,
        store: StackStore,
        change_sets: ChangeSetStore,
        operations: StackOperations,
        stacks: StacksApi,
        callers: CallerClients,
        registry: Registry,
    ) -> None:
        self._registry = registry
        self._store = store
        self._change_sets = change_sets
        self._operations = operations
        self._stacks = stacks
        self._callers = callers

    def handlers(self) -> Mapping[str, Operation]:
        """Return the operations by name."""
        return {
            "CreateChangeSet": self.create_change_set,
            "DescribeChangeSet": self.describe_change_set,
            "ListChangeSets": self.list_change_sets,
            "ExecuteChangeSet": self.execute_change_set,
            "DeleteChangeSet": self.delete_change_set,
        }

    def create_change_set(self, call: ApiCall) -> dict[str, Any]:
        """Plan what a template would change; a new stack appears as REVIEW_IN_PROGRESS."""
        params = call.params
        name, kind = params["ChangeSetName"], params.get("ChangeSetType") or "UPDATE"
        if kind != IMPORT and params.get("ResourcesToImport"):
            raise validation_error(
                f"ResourcesToImport is valid for the ChangeSetType {IMPORT} only."
            )
        if kind == "UPDATE" and params.get("OnStackFailure") == "DELETE":
            raise validation_error(
                "OnStackFailure DELETE is valid for the ChangeSetType CREATE only."
            )
        if not _NAME.match(name):
            raise validation_error(
                f"ChangeSetName {name!r} must start with a letter and hold letters, digits and -."
            )
        with self._store.lock:
            stack = self._stack(call, kind)
            known = self._change_sets.find(name, stack)
            if known is not None:
                return _repeated(known, params.get("ClientToken"))
            request = self._stacks.read(call, stack)
            if kind == IMPORT:
                asked = params.get("ResourcesToImport") or []
                found = read_imports(asked, request.target.template, self._registry)
                request = replace(request, imports=found)
            change_set = self._plan(call, stack, kind, request)
            if self._store.find(stack.stack_id, call.region) is None:
                self._store.add(stack)
                stack.set_status("REVIEW_IN_PROGRESS", "User Initiated")
            self._change_sets.add(change_set)
        return {"Id": change_set.change_set_id, "StackId": stack.stack_id}

    def describe_change_set(self, call: ApiCall) -> dict[str, Any]:
        """Describe a change set with its changes."""
        with_values = bool(call.params.get("IncludePropertyValues"))
        return self._get(call).describe(with_values=with_values)

    def list_change_sets(self, call: ApiCall) -> dict[str, Any]:
        """List a stack's change sets."""
        stack = self._store.get(call.params["StackName"], call.region)
        return {"Summaries": [item.summarize() for item in self._change_sets.of(stack)]}

    def execute_change_set(self, call: ApiCall) -> None:
        """Start deploying a change set."""
        params = call.params
        token = params.get("ClientRequestToken")
        with self._store.lock:
            change_set = self._get(call)
            stack = change_set.stack
            if token and stack.tokens.get(token) in _EXECUTIONS:
                return
            if change_set.execution_status != "AVAILABLE":
                raise ApiError(
                    "InvalidChangeSetStatus",
                    f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current "
                    f"execution status of [{change_set.execution_status}]",
                )
            request = _with_execution_options(change_set, params)
            clients = self._callers.of_role(call, request.role_arn)
            if change_set.kind == "CREATE":
                thread = self._operations.create(stack, request, clients, token)
            elif change_set.kind == IMPORT:
                thread = self._operations.take_over(stack, request, clients, token)
            else:
                thread = self._operations.update(stack, request, clients, token)
            stack.change_set_id = change_set.change_set_id
            for other in self._change_sets.of(stack):
                other.execution_status = "OBSOLETE"
            change_set.execution_status = "EXECUTE_COMPLETE"
        thread.join(PATIENCE_SECONDS)

    def delete_change_set(self, call: ApiCall) -> None:
        """Delete a change set; succeeds when there is none."""
        stack = self._named_stack(call)
        change_set = self._change_sets.find(call.params["ChangeSetName"], stack)
        if change_set is not None:
            self._change_sets.remove(change_set)

    def _stack(self, call: ApiCall, kind: str) -> Stack:
        name = call.params["StackName"]
        stack = self._store.find(name, call.region)
        if kind == IMPORT and (stack is None or stack.state is None):
            raise not_supported(f"the ChangeSetType {IMPORT} for a new stack")
        if kind in ("UPDATE", IMPORT):
            if stack is None:
                raise validation_error(f"Stack [{name}] does not exist")
            # Whether an update disables rollback is known at its execution.
            self._operations.check_updatable(stack, disables_rollback=kind == "UPDATE")
            return stack
        if stack is None:
            return self._store.new(name, call.region)
        if stack.status != "REVIEW_IN_PROGRESS":
            raise validation_error(
                f"Stack [{name}] already exists and cannot be created again with the changeSet "
                "type CREATE"
            )
        return stack

    def _plan(self, call: ApiCall, stack: Stack, kind: str, request: DeployRequest) -> ChangeSet:
        clients = self._callers.of_role(call, request.role_arn)
        changes, has_changes = self._stacks.plan(stack, request, clients)
        if kind == IMPORT:
            changes = check_only_imports(
                stack, request.target.template, changes, request.imports, self._store
            )
        name = call.params["ChangeSetName"]
        account = f"{stack.region}:{call.account_id}"
        return ChangeSet(
            change_set_id=f"arn:aws:cloudformation:{account}:changeSet/{name}/{uuid.uuid4()}",
            name=name,
            stack=stack,
            kind=kind,
            request=request,
            changes=changes,
            has_changes=has_changes,
            description=call.params.get("Description"),
            include_nested_stacks=bool(call.params.get("IncludeNestedStacks")),
            token=call.params.get("ClientToken"),
        )

    def _named_stack(self, call: ApiCall) -> Stack | None:
        name = call.params.get("StackName")
        return self._store.find(name, call.region) if name else None

    def _get(self, call: ApiCall) -> ChangeSet:
        name = call.params["ChangeSetName"]
        stack_name = call.params.get("StackName")
        if not name.startswith("arn:") and not stack_name:
            raise validation_error("StackName must be specified if ChangeSetName is not an ARN.")
        return self._change_sets.get(name, self._named_stack(call))


def _repeated(known: ChangeSet, token: str | None) -> dict[str, Any]:
    if token is None or known.token != token:
        raise ApiError("AlreadyExistsException", f"ChangeSet [{known.name}] already exists")
    return {"Id": known.change_set_id, "StackId": known.stack.stack_id}


def _with_execution_options(change_set: ChangeSet, params: Mapping[str, Any]) -> DeployRequest:
    request = change_set.request
    on_failure = request.on_failure
    if params.get("DisableRollback"):
        on_failure = "DO_NOTHING"
    return replace(
        request,
        on_failure=on_failure,
        retain_except_on_create=bool(params.get("RetainExceptOnCreate")),
    )

"""Assemble the engine and answer the CloudFormation API with it."""

from __future__ import annotations

from embedded_aws.cloudformation.api.callers import CallerClients
from embedded_aws.cloudformation.api.change_set import ChangeSetStore
from embedded_aws.cloudformation.api.change_sets_api import ChangeSetsApi
from embedded_aws.cloudformation.api.describe_api import DescribeApi
from embedded_aws.cloudformation.api.operations import StackOperations
from embedded_aws.cloudformation.api.stacks_api import StacksApi
from embedded_aws.cloudformation.api.templates_api import TemplatesApi
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.runtime import Runtime


def install_engine(runtime: Runtime, registry: Registry) -> StackStore:
    """Answer every CloudFormation call with this engine. Returns the store of the stacks."""
    store = StackStore(runtime.account_id)
    change_sets = ChangeSetStore()
    callers = CallerClients(runtime)
    operations = StackOperations(
        store,
        registry,
        callers,
        runtime.account_id,
        lambda message: runtime.log.event("cloudformation", message),
    )
    stacks = StacksApi(store, change_sets, operations, registry, callers)
    runtime.gateway.register_service(
        "cloudformation",
        {
            **stacks.handlers(),
            **ChangeSetsApi(store, change_sets, operations, stacks, callers, registry).handlers(),
            **DescribeApi(store).handlers(),
            **TemplatesApi(store, change_sets, callers, registry).handlers(),
        },
    )
    runtime.kept.keep("cloudformation.stacks", store)
    runtime.kept.keep("cloudformation.change_sets", change_sets)
    runtime.kept.activities.append(
        lambda: [f"stack {stack.name} ({stack.status})" for stack in store.in_progress()]
    )
    runtime.on_close.append(operations.stop)
    return store

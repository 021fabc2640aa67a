"""Check the account: the CDK's bootstrap, the environment's stacks and endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_cli.checks.finding import Finding
from autogluon_cli.deployment.account import LEAST_BOOTSTRAP_VERSION, bootstrap_version
from autogluon_cli.deployment.environment_stacks import (
    EnvironmentStacks,
    Stack,
    find_stacks,
    undeclared_stacks,
)
from autogluon_cli.deployment.settings_file import bootstrap_qualifier
from autogluon_cli.deployment.undeclared_endpoints import OPTION, describe_undeclared
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_states import (
    component_in_words,
    component_settings,
    describe_component,
    describe_endpoint,
    running_variants,
)
from autogluon_client.errors import NotDeployedError
from autogluon_contracts.names import NO_MODEL

_GOOD_STACKS = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
_CALLS = {
    "CREATE_FAILED": "rollback-stack",
    "UPDATE_FAILED": "rollback-stack",
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback",
    "DELETE_FAILED": "delete-stack",
}


def check_bootstrap(invocation: Invocation) -> Iterator[Finding]:
    """Check that `cdk bootstrap` was run in the account and region."""
    fix = f"agcdk deploy --bootstrap -e {invocation.environment}"
    version = bootstrap_version(invocation, bootstrap_qualifier(invocation))
    if version is None:
        detail = f"the CDK has not been bootstrapped in {invocation.session.region_name}"
        yield Finding("bootstrap", "missing", detail, fix)
    elif version < LEAST_BOOTSTRAP_VERSION:
        detail = f"version {version}; needed: {LEAST_BOOTSTRAP_VERSION} or later"
        yield Finding("bootstrap", "missing", detail, fix)
    else:
        yield Finding("bootstrap", "ok", f"version {version}")


def check_deployment(invocation: Invocation) -> Iterator[Finding]:
    """Check the environment's deployment, its stacks and its endpoints."""
    environment = invocation.environment
    stacks = find_stacks(invocation)
    try:
        deployment = invocation.connection.deployment
    except NotDeployedError as error:
        if stacks.stacks:
            yield from _stacks(stacks)
            detail = f"{environment} is only partly there: {len(stacks.stacks)} stacks remain"
            yield Finding("deployment", "missing", detail, f"agcdk destroy -e {environment}")
        else:
            yield Finding("deployment", "missing", error.message, f"agcdk deploy -e {environment}")
        return
    listed = ", ".join(deployment.predictors) or "none"
    yield Finding("deployment", "ok", f"{environment} in {deployment.region}; predictors: {listed}")
    yield from _stacks(stacks)
    yield from _undeclared(invocation)
    for predictor in deployment.predictors:
        yield from _endpoint(invocation, predictor)


def _stacks(found: EnvironmentStacks) -> Iterator[Finding]:
    broken = [stack for stack in found.stacks if stack.status not in _GOOD_STACKS]
    for stack in broken:
        detail = f"{stack.name} is {stack.status}"
        yield Finding("stacks", "missing", detail, _recovery(stack, found.environment))
    if not broken:
        yield Finding("stacks", "ok", f"{len(found.stacks)} stacks are complete")
    for stack in found.left_unscaled:
        if stack not in broken:
            detail = "does not scale: a change of its instance type was interrupted"
            fix = f"agcdk deploy -e {found.environment}"
            yield Finding(_subject(stack), "missing", detail, fix)


def _recovery(stack: Stack, environment: str) -> str:
    """Return the command that gets a stack out of its status.

    Source: the stack status codes of CloudFormation's user guide, and the API reference of the
    calls, which say of which statuses they are for. The CDK itself replaces stacks whose creation
    was rolled back, or failed at it, and creates those of which there is only a change set.
    """
    status = stack.status
    if status in ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
        return f"agcdk deploy -e {environment}"
    if status.endswith("_IN_PROGRESS"):
        return f"agcdk doctor -e {environment}"  # CloudFormation goes on by itself
    if status == "DELETE_FAILED" and not stack.holds_endpoint:
        return f"agcdk destroy -e {environment}"
    # Such as IMPORT_ROLLBACK_FAILED, which has no call of its own: the events say why.
    call = _CALLS.get(status, "describe-stack-events")
    return f"aws cloudformation {call} --stack-name {stack.name}"


def _undeclared(invocation: Invocation) -> Iterator[Finding]:
    """Find endpoints that run on although the deployed settings have none."""
    for stack in undeclared_stacks(invocation):
        detail = f"the settings do not declare {describe_undeclared(invocation, stack)}"
        fix = f"agcdk deploy {OPTION} -e {invocation.environment}"
        yield Finding(_subject(stack), "missing", detail, fix)


def _subject(stack: Stack) -> str:
    return f"endpoint {stack.predictor or stack.shared_endpoint}"


def _endpoint(invocation: Invocation, predictor: str) -> Iterator[Finding]:
    settings = invocation.connection.spec(predictor)["endpoint"]
    if settings is None:
        return
    subject = f"endpoint {predictor}"
    if settings.get("component") is not None:
        yield _component(invocation, predictor, settings)
        return
    found = describe_endpoint(invocation, settings["name"])
    if found is None:
        yield Finding(subject, "ok", f"off; `agcdk on {predictor}` starts it")
    elif found["EndpointStatus"] == "Failed":
        yield Finding(subject, "missing", "Failed", f"agcdk rollback {predictor}")
    else:
        yield Finding(subject, "ok", found["EndpointStatus"])
        running = {each.name for each in running_variants(invocation, found)}
        for variant in settings.get("variants") or ():
            yield _variant(invocation, predictor, variant, is_running=variant in running)


def _component(invocation: Invocation, predictor: str, settings: Mapping[str, Any]) -> Finding:
    subject, found = f"endpoint {predictor}", describe_component(invocation, settings["name"])
    if found is None:
        return Finding(subject, "ok", f"off; `agcdk on {predictor}` starts it")
    status = found["InferenceComponentStatus"]
    if status == "Failed":
        return Finding(subject, "missing", "Failed", f"agcdk rollback {predictor}")
    return Finding(subject, "ok", f"{status}, {component_in_words(**component_settings(found))}")


def _variant(invocation: Invocation, predictor: str, variant: str, *, is_running: bool) -> Finding:
    subject, on = f"variant {variant} of {predictor}", f"agcdk on {predictor} --variant {variant}"
    if is_running:
        return Finding(subject, "ok", "in service")
    if invocation.connection.live_model(predictor, variant) == NO_MODEL:
        return Finding(subject, "ok", f"off; `{on}` starts it")
    return Finding(subject, "missing", "its parameter holds a version that does not run", on)

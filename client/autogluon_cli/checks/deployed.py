"""Check the account: the CDK's bootstrap, the environment's stacks and endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from autogluon_cli.checks.finding import Finding
from autogluon_cli.deployment.account import LEAST_BOOTSTRAP_VERSION, bootstrap_version
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_states import describe_endpoint
from autogluon_client.errors import NotDeployedError
from autogluon_contracts.names import foundation_stack

_GOOD_STACKS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


def check_bootstrap(invocation: Invocation) -> Iterator[Finding]:
    """Check that `cdk bootstrap` was run in the account and region."""
    fix = f"agcdk deploy --bootstrap -e {invocation.environment}"
    version = bootstrap_version(invocation)
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
    try:
        deployment = invocation.connection.deployment
    except NotDeployedError as error:
        yield Finding("deployment", "missing", error.message, f"agcdk deploy -e {environment}")
        return
    listed = ", ".join(deployment.predictors) or "none"
    yield Finding("deployment", "ok", f"{environment} in {deployment.region}; predictors: {listed}")
    yield from _stacks(invocation)
    for predictor in deployment.predictors:
        yield from _endpoint(invocation, predictor)


def _stacks(invocation: Invocation) -> Iterator[Finding]:
    foundation = foundation_stack(invocation.environment)
    prefix = foundation.removesuffix("foundation")
    pages = invocation.client("cloudformation").get_paginator("describe_stacks").paginate()
    found = [stack for page in pages for stack in page["Stacks"]]
    # Stacks of an environment `dev-2` begin like those of `dev`; its foundation identifies it.
    others = tuple(
        stack["StackName"].removesuffix("foundation")
        for stack in found
        if stack["StackName"].endswith("-foundation") and stack["StackName"] != foundation
    )
    stacks = [
        stack
        for stack in found
        if stack["StackName"].startswith(prefix) and not stack["StackName"].startswith(others)
    ]
    broken = [stack for stack in stacks if stack["StackStatus"] not in _GOOD_STACKS]
    for stack in broken:
        detail = f"{stack['StackName']} is {stack['StackStatus']}"
        busy = stack["StackStatus"].endswith("_IN_PROGRESS")
        again = f"agcdk doctor -e {invocation.environment}"
        fix = again if busy else f"agcdk deploy -e {invocation.environment}"
        yield Finding("stacks", "missing", detail, fix)
    if not broken:
        yield Finding("stacks", "ok", f"{len(stacks)} stacks are complete")


def _endpoint(invocation: Invocation, predictor: str) -> Iterator[Finding]:
    settings = invocation.connection.spec(predictor)["endpoint"]
    if settings is None:
        return
    found = describe_endpoint(invocation, settings["name"])
    subject = f"endpoint {predictor}"
    if found is None:
        yield Finding(subject, "ok", f"off; `agcdk on {predictor}` starts it")
    elif found["EndpointStatus"] == "Failed":
        yield Finding(subject, "missing", "Failed", f"agcdk rollback {predictor}")
    else:
        yield Finding(subject, "ok", found["EndpointStatus"])

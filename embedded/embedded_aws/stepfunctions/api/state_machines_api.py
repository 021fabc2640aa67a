"""The operations on state machines."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.credentials import SERVICES
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.runtime import Runtime
from embedded_aws.stepfunctions.api.log_delivery import admit_log_group
from embedded_aws.stepfunctions.api.managed_rules import make_managed_rules
from embedded_aws.stepfunctions.api.pages import page
from embedded_aws.stepfunctions.definitions.machine import find_problems, find_warnings
from embedded_aws.stepfunctions.execution.execution_log import log_group_name
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry
from embedded_aws.stepfunctions.execution.role_session import RoleSession
from embedded_aws.stepfunctions.execution.state_machine import (
    StateMachine,
    check_machine_arn,
    check_name,
    with_logging_defaults,
)


class StateMachinesApi:
    """Create, read, update, delete, tag and validate."""

    def __init__(self, runtime: Runtime, registry: MachineRegistry) -> None:
        self._runtime = runtime
        self._registry = registry

    def create(self, call: ApiCall) -> dict[str, Any]:
        """Answer CreateStateMachine."""
        params = call.params
        _refuse_unsupported(params)
        check_name(params["name"])
        machine = StateMachine(
            name=params["name"],
            arn=f"arn:aws:states:{call.region}:{call.account_id}:stateMachine:{params['name']}",
            region=call.region,
            definition=params["definition"],
            role_arn=params["roleArn"],
            logging=with_logging_defaults(params.get("loggingConfiguration")),
            tracing={"enabled": False, **(params.get("tracingConfiguration") or {})},
            encryption=params.get("encryptionConfiguration") or {"type": "AWS_OWNED_KEY"},
            tags={tag.get("key", ""): tag.get("value", "") for tag in params.get("tags") or []},
        )
        self._check(machine)
        with self._registry.lock:
            existing = self._registry.find(machine.arn)
            if existing is not None and not _is_same(existing, machine):
                raise ApiError(
                    "StateMachineAlreadyExists", f"State Machine Already Exists: '{machine.arn}'"
                )
            machine = existing or machine
            self._registry.add(machine)
        return {"stateMachineArn": machine.arn, "creationDate": machine.created}

    def update(self, call: ApiCall) -> dict[str, Any]:
        """Answer UpdateStateMachine. Running executions keep their definition and role."""
        params = call.params
        _refuse_unsupported(params)
        machine = self._registry.get(params["stateMachineArn"])
        changes = {
            "definition": params.get("definition"),
            "role_arn": params.get("roleArn"),
            "logging": params.get("loggingConfiguration"),
            "tracing": params.get("tracingConfiguration"),
            "encryption": params.get("encryptionConfiguration"),
        }
        changes = {name: value for name, value in changes.items() if value is not None}
        if not changes:
            raise ApiError(
                "MissingRequiredParameter",
                "Either the definition, the role ARN, the LoggingConfiguration, the "
                "TracingConfiguration or the EncryptionConfiguration must be specified",
            )
        if "logging" in changes:
            changes["logging"] = with_logging_defaults(changes["logging"])
        with machine.lock:
            self._check(StateMachine(**_settings(machine) | changes))
            for name, value in changes.items():
                setattr(machine, name, value)
            machine.updated, machine.revision = datetime.now(UTC), str(uuid.uuid4())
        return {"updateDate": machine.updated, "revisionId": machine.revision}

    def describe(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeStateMachine."""
        return self._registry.get(call.params["stateMachineArn"]).describe()

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListStateMachines."""
        machines, following = page(self._registry.of_region(call.region), call.params, largest=1000)
        items = [
            {
                "stateMachineArn": machine.arn,
                "name": machine.name,
                "type": "STANDARD",
                "creationDate": machine.created,
            }
            for machine in machines
        ]
        return {"stateMachines": items, **following}

    def delete(self, call: ApiCall) -> dict[str, Any]:
        """Answer DeleteStateMachine, and stop the machine's running executions."""
        for execution in self._registry.remove(check_machine_arn(call.params["stateMachineArn"])):
            execution.stop(error=None, cause="The state machine was deleted.")
        return {}

    def validate(self, call: ApiCall) -> dict[str, Any]:
        """Answer ValidateStateMachineDefinition."""
        _refuse_unsupported(call.params)
        definition = call.params["definition"]
        problems = find_problems(definition)
        result = "FAIL" if problems else "OK"
        if call.params.get("severity") == "WARNING" and not problems:
            problems = find_warnings(definition)
        size = call.params.get("maxResults") or 100
        return {
            "result": result,
            "diagnostics": [
                {
                    "severity": problem.severity,
                    "code": problem.code,
                    "message": problem.message,
                    **({} if problem.location is None else {"location": problem.location}),
                }
                for problem in problems[:size]
            ],
            "truncated": len(problems) > size,
        }

    def tag(self, call: ApiCall) -> dict[str, Any]:
        """Answer TagResource."""
        machine = self._registry.get(call.params["resourceArn"])
        machine.tags.update(
            {tag.get("key", ""): tag.get("value", "") for tag in call.params["tags"]}
        )
        return {}

    def untag(self, call: ApiCall) -> dict[str, Any]:
        """Answer UntagResource."""
        machine = self._registry.get(call.params["resourceArn"])
        for key in call.params["tagKeys"]:
            machine.tags.pop(key, None)
        return {}

    def list_tags(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListTagsForResource."""
        tags = self._registry.get(call.params["resourceArn"]).tags
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    def _check(self, machine: StateMachine) -> None:
        problems = find_problems(machine.definition)
        if problems:
            listed = ", ".join(str(problem) for problem in problems)
            raise ApiError("InvalidDefinition", f"Invalid State Machine Definition: '{listed}'")
        session = RoleSession(
            self._runtime, machine.role_arn, machine.name, machine.region, machine.arn
        )
        try:
            session.credentials()
        except ApiError as error:
            raise ApiError(
                "AccessDeniedException",
                "Neither the global service principal states.amazonaws.com, nor the regional one "
                f"is authorized to assume the provided role. ({error})",
            ) from error
        make_managed_rules(machine.definition, session, machine.role_arn, machine.arn)
        self._check_logging(machine)

    def _check_logging(self, machine: StateMachine) -> None:
        group = log_group_name(machine.logging)
        if group is None:
            if machine.logging["level"] != "OFF":
                raise ApiError(
                    "InvalidLoggingConfiguration",
                    "Invalid Logging Configuration: Must specify exactly one Log Destination.",
                )
            return
        logs = self._runtime.client("logs", SERVICES, machine.region)
        try:
            found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        except ClientError:
            found = []
        arns = [each["arn"] for each in found if each["logGroupName"] == group]
        if not arns:
            raise ApiError(
                "InvalidLoggingConfiguration",
                f"Invalid Logging Configuration: the log group '{group}' does not exist.",
            )
        admit_log_group(logs, group, arns[0].removesuffix(":*"))


def _refuse_unsupported(params: dict[str, Any]) -> None:
    if params.get("type") == "EXPRESS":
        raise ApiError(
            "StateMachineTypeNotSupported",
            "The embedded AWS does not support EXPRESS state machines; it runs STANDARD ones.",
        )
    if params.get("publish") or params.get("versionDescription"):
        raise ApiError(
            "ValidationException",
            "The embedded AWS does not support state machine versions (publish).",
        )
    if (params.get("encryptionConfiguration") or {}).get("type") == "CUSTOMER_MANAGED_KMS_KEY":
        raise ApiError(
            "NotImplemented",
            "The embedded AWS does not support state machines with a customer managed key "
            "(encryptionConfiguration): it would not use the key.",
            status=501,
        )


def _settings(machine: StateMachine) -> dict[str, Any]:
    return {
        "name": machine.name,
        "arn": machine.arn,
        "region": machine.region,
        "definition": machine.definition,
        "role_arn": machine.role_arn,
        "logging": machine.logging,
        "tracing": machine.tracing,
        "encryption": machine.encryption,
        "tags": machine.tags,
    }


def _is_same(existing: StateMachine, machine: StateMachine) -> bool:
    """Return whether a creation repeats an existing machine; role and tags do not count."""
    return (existing.definition, existing.logging, existing.tracing, existing.encryption) == (
        machine.definition,
        machine.logging,
        machine.tracing,
        machine.encryption,
    )

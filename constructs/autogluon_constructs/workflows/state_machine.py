"""Build a STANDARD state machine: logged without payloads, traced, with its own role."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Aws, Fn, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.acknowledgments import acknowledge
from autogluon_constructs.identity.permissions import Permission, grant
from autogluon_constructs.identity.trust import state_machine

# Deliveries to other log groups are each added to one resource policy of the account, which is
# limited to 5,120 characters (Step Functions' guide, "Logging using CloudWatch Logs").
_LOG_PREFIX = "/aws/vendedlogs/states/"
_LOGS_AND_TRACES_BOUND = (
    "Log delivery and X-Ray know no resources; CloudWatch Logs admits deliveries to this log group "
    "only, and X-Ray trace data can only be added"
)


class StateMachine(Construct):
    """Runs a definition whose `${...}` are substituted at deployment."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: Mapping[str, Any],
        substitutions: Mapping[str, str],
        functions: Sequence[LambdaFunction],
        permissions: Sequence[Permission],
        log_retention: logs.RetentionDays,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"{_LOG_PREFIX}{name}-{_of_this_stack()}",
            retention=log_retention,
            removal_policy=removal_policy,
        )
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=state_machine(self, name),
            description=f"What the state machine {name} may do",
        )
        self.machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(_text(definition)),
            definition_substitutions=dict(substitutions),
            role=self.role,
            # ALL events, but no payloads: inputs may name what is private.
            logs=sfn.LogOptions(
                destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
            tracing_enabled=True,
        )
        acknowledge(self.role, "IAM5[Resource::*]", bound=_LOGS_AND_TRACES_BOUND)
        grant(self.role, _invoke(functions), *permissions)

    @property
    def arn(self) -> str:
        """Return the ARN of the state machine."""
        return self.machine.state_machine_arn


def _of_this_stack() -> str:
    """Return what no other stack has, so that a log group that was kept is in nothing's way."""
    return Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))


def _text(definition: Mapping[str, Any]) -> str:
    # A reference, not a substitution: linters read the former and so see whole ARNs.
    return json.dumps(definition).replace("${Partition}", Aws.PARTITION)


def _invoke(functions: Sequence[LambdaFunction]) -> Permission:
    return Permission(
        actions=("lambda:InvokeFunction",), resources=[function.arn for function in functions]
    )

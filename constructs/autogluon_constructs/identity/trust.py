"""Let a service assume a role only for resources of this account, where it says for which."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from autogluon_constructs.identity.permissions import arn


def sagemaker_here(scope: IConstruct) -> iam.ServicePrincipal:
    """Return SageMaker, for jobs, models and endpoints of this account and region.

    Source: SageMaker's guide, "Cross-Service Confused Deputy Prevention".
    """
    return _acting_for(scope, "sagemaker.amazonaws.com", [arn(scope, "sagemaker", "*")])


def state_machine(scope: IConstruct, name: str) -> iam.ServicePrincipal:
    """Return Step Functions, for one state machine and the child executions of its Maps.

    Source: Step Functions' guide, "Prevent cross-service confused deputy issue".
    """
    # By name: the state machine's own ARN would depend on its role.
    machines = [arn(scope, "states", f"stateMachine:{name}{end}") for end in ("", "/*")]
    return _acting_for(scope, "states.amazonaws.com", machines)


def flow_logs_here(scope: IConstruct) -> iam.ServicePrincipal:
    """Return VPC flow logs of this account and region.

    Source: VPC's guide, "IAM role for publishing flow logs to CloudWatch Logs".
    """
    return _acting_for(scope, "vpc-flow-logs.amazonaws.com", [arn(scope, "ec2", "vpc-flow-log/*")])


def schedules_of(scope: IConstruct, group: str) -> iam.ServicePrincipal:
    """Return EventBridge Scheduler, for the schedules of one group.

    Source: Scheduler's guide, "Preventing cross-service confused deputy": the ARN is the group's.
    """
    sources = [arn(scope, "scheduler", f"schedule-group/{group}")]
    return _acting_for(scope, "scheduler.amazonaws.com", sources)


def _acting_for(scope: IConstruct, service: str, sources: Sequence[str]) -> iam.ServicePrincipal:
    return iam.ServicePrincipal(
        service,
        conditions={
            "StringEquals": {"aws:SourceAccount": Stack.of(scope).account},
            "ArnLike": {"aws:SourceArn": list(sources)},
        },
    )

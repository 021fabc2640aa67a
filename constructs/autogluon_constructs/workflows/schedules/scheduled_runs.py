"""Build what starts runs at the times that the settings give."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from autogluon_constructs.identity import trust
from autogluon_constructs.identity.permissions import Permission, grant
from autogluon_constructs.settings.endpoint_modes.hours import Lifetime
from autogluon_constructs.settings.schedules.schedule import Schedule
from autogluon_constructs.workflows.model_permissions import describe_model_packages
from autogluon_constructs.workflows.schedules.unstarted_alarm import unstarted_alarm
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names
from autogluon_contracts.documents.scheduled_run import ScheduledRun

# Scheduler's guide, "Adding context attributes".
_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


class ScheduledRuns(Construct):
    """A group of schedules, and one Lambda that starts their runs under names of their times."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        schedules: Mapping[tuple[str, str], Schedule],
        lifetimes: Mapping[str, Lifetime],
        state_machines: Mapping[str, StateMachine],
    ) -> None:
        """Create the schedules.

        Args:
            schedules: by predictor and name.
            lifetimes: when the endpoints of predictors end, by predictor: before that, the schedule
                that ends one starts nothing, and from then on, hours put none into service.
            state_machines: by workflow.
        """
        super().__init__(scope, construct_id)
        used = sorted({schedule.workflow for schedule in schedules.values()})
        start = context.function(
            self,
            "StartScheduled",
            handler="start_scheduled",
            description="Starts the runs of schedules that have come due",
        )
        start.grant(
            Permission(
                actions=("states:StartExecution",),
                resources=tuple(state_machines[workflow].arn for workflow in used),
            )
        )
        if lifetimes:
            start.grant(
                context.read_predictors(start),
                describe_model_packages(start, context.environment),
            )
        unstarted_alarm(
            self,
            start=start,
            topic=context.failure_topic,
            sentence="A scheduled run could not be started.",
        )
        group = scheduler.CfnScheduleGroup(
            self, "Group", name=names.schedule_group(context.environment)
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=trust.schedules_of(self, names.schedule_group(context.environment)),
            description=f"What schedules of autogluon-{context.environment} may call",
        )
        grant(role, Permission(actions=("lambda:InvokeFunction",), resources=(start.arn,)))
        for (predictor, name), schedule in schedules.items():
            lifetime = lifetimes.get(predictor, Lifetime())
            ends = lifetime if name == names.ENDS else Lifetime()
            # Else an ended endpoint would be back each morning until the next look at its end.
            until = lifetime.at if name == names.HOURS_ON else None
            run = ScheduledRun(
                predictor=predictor,
                schedule=name,
                workflow=schedule.workflow,
                state_machine_arn=state_machines[schedule.workflow].arn,
                scheduled_time=_SCHEDULED_TIME,
                timezone=schedule.timezone,
                days_back=schedule.days_back,
                input=schedule.input,
                until=None if until is None else until.isoformat(),
                ends_at=None if ends.at is None else ends.at.isoformat(),
                ends_after_hours=ends.after_hours,
            )
            item = scheduler.CfnSchedule(
                self,
                f"{names.pascal_case(predictor)}{names.pascal_case(name)}",
                name=names.schedule(predictor, name),
                group_name=group.ref,
                description=f"{schedule.workflow} of {predictor}",
                schedule_expression=schedule.expression,
                schedule_expression_timezone=schedule.timezone,
                flexible_time_window={"mode": "OFF"},
                state="ENABLED" if schedule.enabled else "DISABLED",
                target={
                    "arn": start.arn,
                    "roleArn": role.role_arn,
                    "input": Stack.of(self).to_json_string(run.to_json()),
                },
            )
            # A schedule that comes due at once needs the policy.
            item.node.add_dependency(role, start)

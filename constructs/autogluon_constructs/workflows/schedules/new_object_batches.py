"""Build what starts a batch for each object that is created."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from autogluon_constructs.identity.permissions import Permission, arn
from autogluon_constructs.settings.schedules.new_objects import NewObjects
from autogluon_constructs.workflows.schedules.unstarted_alarm import unstarted_alarm
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names
from autogluon_contracts.documents.new_objects import NewObject
from autogluon_contracts.new_object_names import new_objects_rule, new_objects_rules

# S3's guide, "Using EventBridge": for an upload of any kind and for a copy.
_CREATED = "Object Created"
# EventBridge's guide, "Input transformation": outside of quotes, an object is filled in as JSON.
_DETAIL = "detail"


class NewObjectBatches(Construct):
    """A rule for each of the settings, and one Lambda that starts the batches by their names."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        new_objects: Mapping[tuple[str, str], NewObjects],
        batch_predict: StateMachine,
    ) -> None:
        """Create the rules.

        Args:
            new_objects: by predictor and name.
            batch_predict: what is started.
        """
        super().__init__(scope, construct_id)
        start = context.function(
            self,
            "StartBatch",
            handler="start_batch",
            description="Starts the batches of objects that were created",
            environment={variables.BATCH_PREDICT_STATE_MACHINE_ARN: batch_predict.arn},
        )
        start.grant(
            context.read_predictors(start),
            Permission(actions=("states:StartExecution",), resources=(batch_predict.arn,)),
        )
        unstarted_alarm(
            self,
            start=start,
            topic=context.failure_topic,
            sentence="The batch of a new object could not be started.",
        )
        # One for all rules: Lambda admits 20 KB of them, which is about forty.
        admitted = lambda_.CfnPermission(
            self,
            "RulesMayStart",
            action="lambda:InvokeFunction",
            function_name=start.arn,
            principal="events.amazonaws.com",
            source_arn=arn(self, "events", f"rule/{new_objects_rules(context.environment)}*"),
        )
        for (predictor, name), found in new_objects.items():
            rule = events.CfnRule(
                self,
                f"{names.pascal_case(predictor)}{names.pascal_case(name)}",
                name=new_objects_rule(context.environment, predictor, name),
                description=f"Batches of {predictor} for new objects, {name}",
                event_pattern=_pattern(found, context.data_bucket.bucket_name),
                state="ENABLED" if found.enabled else "DISABLED",
                targets=[
                    {
                        "id": "Start",
                        "arn": start.arn,
                        "inputTransformer": {
                            "inputPathsMap": {_DETAIL: "$.detail"},
                            "inputTemplate": _template(predictor, name),
                        },
                    }
                ],
            )
            # What is told of an object before the function admits it is lost.
            rule.node.add_dependency(admitted, start)


def _template(predictor: str, name: str) -> str:
    """Return the function's input; names hold nothing that a template would take for its own."""
    created = NewObject(predictor=predictor, rule=name, detail={}).to_json()
    return json.dumps({**created, _DETAIL: f"<{_DETAIL}>"}).replace(
        f'"<{_DETAIL}>"', f"<{_DETAIL}>"
    )


def _pattern(found: NewObjects, data_bucket: str) -> dict[str, Any]:
    spec = found.spec
    bucket = data_bucket if found.in_data_bucket else spec.bucket
    detail: dict[str, Any] = {"bucket": {"name": [bucket]}}
    key = _key_pattern(spec.prefix, spec.suffix)
    if key is not None:
        detail["object"] = {"key": [key]}
    return {"source": ["aws.s3"], "detail-type": [_CREATED], "detail": detail}


def _key_pattern(prefix: str, suffix: str | None) -> dict[str, str] | None:
    """Return what keys have to be like; None: anything.

    Source: EventBridge's guide, "Comparison operators": one value meets both ends by a wildcard.
    """
    if suffix is None:
        return {"prefix": prefix} if prefix else None
    if not prefix:
        return {"suffix": suffix}
    return {"wildcard": f"{_literal(prefix)}*{_literal(suffix)}"}


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*")

"""The EventBridge rules that `.sync` tasks need, made with the state machine's own role.

Step Functions learns from them that a job has ended. Here it asks the job's service instead, so the
rules are created disabled. Creating them proves that the role may, which AWS checks when a state
machine is created.
"""

from __future__ import annotations

import json

from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiError
from embedded_aws.stepfunctions.definitions.reading import synchronous_resources
from embedded_aws.stepfunctions.execution.role_session import RoleSession

_RULES = {
    # resource without its suffix: (rule, source, detail type)
    "sagemaker:createTrainingJob": (
        "StepFunctionsGetEventsForSageMakerTrainingJobsRule",
        "aws.sagemaker",
        "SageMaker Training Job State Change",
    ),
    "sagemaker:createTransformJob": (
        "StepFunctionsGetEventsForSageMakerTransformJobsRule",
        "aws.sagemaker",
        "SageMaker Transform Job State Change",
    ),
    "sagemaker:createProcessingJob": (
        "StepFunctionsGetEventsForSageMakerProcessingJobsRule",
        "aws.sagemaker",
        "SageMaker Processing Job State Change",
    ),
    "sagemaker:createHyperParameterTuningJob": (
        "StepFunctionsGetEventsForSageMakerTuningJobsRule",
        "aws.sagemaker",
        "SageMaker HyperParameter Tuning Job State Change",
    ),
    "states:startExecution": (
        "StepFunctionsGetEventsForStepFunctionsExecutionRule",
        "aws.states",
        "Step Functions Execution Status Change",
    ),
}


def make_managed_rules(
    definition: str, session: RoleSession, role_arn: str, machine_arn: str
) -> None:
    """Make the rules that a definition needs.

    Raises:
        ApiError: AccessDeniedException when the role may not.
    """
    resources = {
        resource.split(":::", 1)[-1].split(".sync", 1)[0]
        for resource in synchronous_resources(definition)
    }
    events = session.client("events")
    for resource in sorted(resources & _RULES.keys()):
        rule, source, detail_type = _RULES[resource]
        pattern = json.dumps({"source": [source], "detail-type": [detail_type]})
        try:
            events.put_rule(Name=rule, EventPattern=pattern, State="DISABLED")
            events.put_targets(Rule=rule, Targets=[{"Id": "StepFunctions", "Arn": machine_arn}])
            events.describe_rule(Name=rule)
        except ClientError as error:
            raise ApiError(
                "AccessDeniedException",
                f"'{role_arn}' is not authorized to create managed-rule. "
                f"({rule}: {error.response['Error'].get('Message', '')})",
                status=400,
            ) from error

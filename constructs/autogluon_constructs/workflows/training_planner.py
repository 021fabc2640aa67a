"""Build the Lambda that plans training jobs, whether a run makes one or a search many."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration, Size
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.data_access import read_buckets, read_locations
from autogluon_constructs.identity.permissions import PUT_OBJECTS, Permission
from autogluon_constructs.workflows.job_permissions import know_training_jobs
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names
from autogluon_contracts.names import Workflow

TRAINING: Final[tuple[Workflow, ...]] = ("train", "tune")
"""The workflows whose jobs train."""


def training_planner(
    scope: Construct,
    construct_id: str,
    *,
    context: WorkflowContext,
    code_uri: str,
    handler: str,
    description: str,
    permissions: Sequence[Permission] = (),
    scripts_uri: str | None = None,
) -> LambdaFunction:
    """Return a function that reads data and writes the configuration of training jobs.

    Args:
        permissions: what only this planner needs.
        scripts_uri: the archive of scripts that train; None: there are none.
    """
    function = context.function(
        scope,
        construct_id,
        handler=handler,
        description=description,
        memory=Size.mebibytes(1769),
        # A month of a thousand jobs, of which SageMaker describes some ten a second.
        timeout=Duration.minutes(3),
        environment={
            **context.planner_variables(code_uri),
            **({} if scripts_uri is None else {variables.TRAINING_SCRIPTS_URI: scripts_uri}),
        },
    )
    function.grant(
        context.read_predictors(function),
        *read_buckets(context.data_bucket.bucket_arn, context.artifact_bucket.bucket_arn),
        *read_locations(function, context.data_access),
        Permission(
            actions=PUT_OBJECTS,
            resources=(context.artifacts("*/runs/*/config/*"),),
            bound="Only the configuration of training jobs",
        ),
        context.use_key(),
        *permissions,
    )
    if context.has_budgets:
        # What a predictor's training has cost.
        machines = [names.state_machine(context.environment, kind) for kind in TRAINING]
        function.grant(*know_training_jobs(function, state_machines=machines))
    return function

"""Define the permissions of a state machine that runs SageMaker jobs and waits for their end."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from autogluon_constructs.identity.permissions import (
    DESCRIBE_KEY,
    FOLLOW_EVENTS,
    Permission,
    arn,
    key_for_volumes,
    pass_role,
)

_BOUND = (
    "Only resources whose tag names an execution of this state machine; the tag comes with their "
    "creation and cannot be set later"
)
# `resource_tags` of the Lambdas sets it on everything that an execution makes. It holds the name of
# the state machine and so of the environment, whose name may be the beginning of another's.
_EXECUTION_TAG = "autogluon:execution"
_TUNING_JOB = "hyper-parameter-tuning-job"


def run_jobs(scope: Construct, kind: str, *, state_machine: str) -> list[Permission]:
    """Return the permissions to run jobs; `kind` is such as `Training`."""
    return _own(
        scope,
        f"{kind.lower()}-job",
        creation=f"Create{kind}Job",
        others=(
            f"sagemaker:Describe{kind}Job",
            "sagemaker:ListTags",
            f"sagemaker:Stop{kind}Job",
        ),
        state_machine=state_machine,
    )


def run_tuning_jobs(scope: Construct, *, state_machine: str) -> list[Permission]:
    """Return the permissions to run tuning jobs and to look at their trials.

    SageMaker gives a tuning job's tags to its trials.
    """
    return [
        *_own(
            scope,
            _TUNING_JOB,
            creation="CreateHyperParameterTuningJob",
            others=("sagemaker:DescribeHyperParameterTuningJob", "sagemaker:ListTags"),
            state_machine=state_machine,
        ),
        _on_existing(
            scope,
            "training-job",
            actions=("sagemaker:DescribeTrainingJob",),
            state_machine=state_machine,
        ),
    ]


def list_trials(scope: Construct, *, state_machine: str) -> Permission:
    """Return the permission to list the trials of tuning jobs."""
    return _on_existing(
        scope,
        _TUNING_JOB,
        actions=("sagemaker:ListTrainingJobsForHyperParameterTuningJob",),
        state_machine=state_machine,
    )


def know_training_jobs(scope: Construct, *, state_machines: Sequence[str]) -> list[Permission]:
    """Return the permissions to find the training jobs of these state machines, trials included.

    Listing takes no resource and no condition; a list has names, states and times alone.
    """
    return [
        Permission(
            actions=("sagemaker:ListTrainingJobs",),
            resources=("*",),
            bound="Names, states and times of the account's training jobs; the action takes no "
            "resource",
        ),
        describe_training_jobs(scope, state_machines=state_machines),
    ]


def describe_training_jobs(scope: Construct, *, state_machines: Sequence[str]) -> Permission:
    """Return the permission to describe the training jobs of these state machines."""
    return _on_existing(
        scope,
        "training-job",
        actions=("sagemaker:DescribeTrainingJob",),
        state_machine=state_machines,
    )


def end_tuning_jobs(scope: Construct, *, state_machine: str) -> Permission:
    """Return the permission to stop tuning jobs."""
    return _on_existing(
        scope,
        _TUNING_JOB,
        actions=(
            "sagemaker:DescribeHyperParameterTuningJob",
            "sagemaker:StopHyperParameterTuningJob",
        ),
        state_machine=state_machine,
    )


def keep_models(scope: Construct, *, state_machine: str) -> list[Permission]:
    """Return the permissions to create models and to delete them again."""
    return _own(
        scope,
        "model",
        creation="CreateModel",
        others=("sagemaker:DeleteModel", "sagemaker:ListTags"),
        state_machine=state_machine,
    )


def end_trainings(scope: Construct, *, state_machine: str) -> Permission:
    """Return the permission to stop training jobs."""
    return _on_existing(
        scope,
        "training-job",
        actions=("sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"),
        state_machine=state_machine,
    )


def end_batches(scope: Construct, *, state_machine: str) -> list[Permission]:
    """Return permissions to stop transform jobs and to delete their models."""
    return [
        _on_existing(
            scope,
            "transform-job",
            actions=("sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"),
            state_machine=state_machine,
        ),
        _on_existing(
            scope, "model", actions=("sagemaker:DeleteModel",), state_machine=state_machine
        ),
    ]


def wait_for_jobs(
    scope: Construct, kinds: Sequence[str], *, role: iam.IRole, key: kms.IKey
) -> list[Permission]:
    """Return permissions to follow the jobs' events, and those of `equip_jobs`."""
    return [
        Permission(
            actions=FOLLOW_EVENTS,
            resources=[
                arn(scope, "events", f"rule/StepFunctionsGetEventsForSageMaker{kind}JobsRule")
                for kind in kinds
            ],
        ),
        *equip_jobs(role=role, key=key),
    ]


def equip_jobs(*, role: iam.IRole, key: kms.IKey) -> list[Permission]:
    """Return permissions to pass jobs their role and the key of their volumes."""
    return [
        pass_role(role.role_arn, to_service="sagemaker.amazonaws.com"),
        key_for_volumes(key.key_arn),
        Permission(actions=DESCRIBE_KEY, resources=(key.key_arn,)),
    ]


def _own(
    scope: Construct, kind: str, *, creation: str, others: Sequence[str], state_machine: str
) -> list[Permission]:
    """Return permissions on what executions of one state machine make, and on nothing else."""
    resources = (arn(scope, "sagemaker", f"{kind}/*"),)
    requested = {f"aws:RequestTag/{_EXECUTION_TAG}": _executions(scope, state_machine)}
    return [
        Permission(
            actions=(f"sagemaker:{creation}",),
            resources=resources,
            conditions={"StringLike": requested},
            bound=_BOUND,
        ),
        Permission(
            actions=("sagemaker:AddTags",),
            resources=resources,
            conditions={
                "StringLike": requested,
                "StringEquals": {"sagemaker:TaggingAction": creation},
            },
            bound=_BOUND,
        ),
        _on_existing(scope, kind, actions=others, state_machine=state_machine),
    ]


def _on_existing(
    scope: Construct, kind: str, *, actions: Sequence[str], state_machine: str | Sequence[str]
) -> Permission:
    names = [state_machine] if isinstance(state_machine, str) else state_machine
    executions = [_executions(scope, name) for name in names]
    wanted = executions[0] if len(executions) == 1 else executions
    return Permission(
        actions=actions,
        resources=(arn(scope, "sagemaker", f"{kind}/*"),),
        conditions={"StringLike": {f"aws:ResourceTag/{_EXECUTION_TAG}": wanted}},
        bound=_BOUND,
    )


def _executions(scope: Construct, state_machine: str) -> str:
    return arn(scope, "states", f"execution:{state_machine}:*")

"""Two environments of one account: no role of one may do to the other what it may do to its own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.document import AccessRequest, Policy, compile_policy
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, ResourcePolicies, evaluate
from embedded_aws.iam.policy.principals import Principal
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import listed, of_type
from tests.never_empty import never_empty

PLACE = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}
ACCOUNTS = "of-the-account"
SETTINGS = {
    "alarms": {"failed_runs": 1},
    "predictors": {
        "income": {
            "init_args": {"label": "y"},
            "endpoint": {"instance_type": "ml.m5.large", "alarms": {"server_errors": 1}},
        }
    },
}
# Actions on what belongs to no environment, which both may do alike.
SHARED = {
    # They know no resources, or are about the account's own: see UNBOUND_BY_RESOURCE.
    "application-autoscaling",
    "ecr",
    "logs",
    "xray",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricData",
    "iam:CreateServiceLinkedRole",
    # The rules by which Step Functions hears of ended jobs: one per account, which it names.
    "events:DescribeRule",
    "events:PutRule",
    "events:PutTargets",
    # Read-only: names and states of versions, which no particular version is asked for.
    "sagemaker:ListModelPackages",
    # Read-only: what CloudFormation made under a name that it generated.
    "sagemaker:DescribeEndpointConfig",
    "sagemaker:DescribeModel",
}
# What CloudFormation alone may do, to what its stack made: the names are generated.
BY_CLOUDFORMATION = {
    "sagemaker:AddTags",
    "sagemaker:CreateEndpoint",
    "sagemaker:CreateEndpointConfig",
    "sagemaker:CreateModel",
    "sagemaker:DeleteEndpointConfig",
    "sagemaker:DeleteModel",
    "sagemaker:ListTags",
    "sagemaker:UpdateEndpoint",
}


@dataclass(frozen=True)
class Attempt:
    """One action on one resource under the conditions that its statement asks for."""

    role: str
    action: str
    resource: str
    context: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Roles:
    """The roles of one environment: their policies, and what each says that it may do."""

    policies: dict[str, tuple[Policy, ...]]
    attempts: list[Attempt]

    def allow(self, role: str, attempt: Attempt) -> bool:
        request = AccessRequest(
            Principal(arn=f"arn:aws:iam::123456789012:role/{role}", account="123456789012"),
            attempt.action,
            attempt.resource,
            Context(dict(attempt.context)),
        )
        return evaluate(request, PrincipalPolicies(self.policies[role]), ResourcePolicies()).allowed


def _text(stack: str, value: Any) -> Any:
    """A value with its functions resolved, to texts that no other environment has."""
    if isinstance(value, list):
        return [_text(stack, entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Join" in value:
        return "".join(_text(stack, part) for part in value["Fn::Join"][1])
    if "Ref" in value:
        return PLACE.get(value["Ref"], f"{stack}/{value['Ref']}")
    if "Fn::GetAtt" in value:
        return f"{stack}/{'.'.join(value['Fn::GetAtt'])}"
    if "Fn::ImportValue" in value:
        return str(value["Fn::ImportValue"])
    if "Fn::Sub" in value or "Fn::FindInMap" in value:  # the bootstrap's bucket, a registry
        return ACCOUNTS
    return {key: _text(stack, entry) for key, entry in value.items()}


def _conditions(statement: dict[str, Any], sample: str) -> tuple[tuple[str, str], ...]:
    found = []
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            if operator != "Null":  # asks for the key's absence
                found.append((key, listed(value)[0].replace("*", sample)))
    return tuple(found)


def roles_of(templates: Templates, settings: Environment) -> Roles:
    stacks = {
        "Foundation": f"autogluon-{settings.name}-foundation",
        "Workflows": f"autogluon-{settings.name}-workflows",
    }
    policies: dict[str, list[Policy]] = {}
    attempts: list[Attempt] = []
    for stack, name in stacks.items():
        for logical_id, policy in of_type(templates[stack], "AWS::IAM::Policy").items():
            document = _text(name, policy["Properties"]["PolicyDocument"])
            policies.setdefault(logical_id, []).append(compile_policy(json.dumps(document)))
            attempts += _attempts(logical_id, document)
    return Roles({role: tuple(found) for role, found in policies.items()}, attempts)


def _attempts(role: str, document: dict[str, Any]) -> Iterator[Attempt]:
    for statement in document["Statement"]:
        for resource in listed(statement["Resource"]):
            for action in listed(statement["Action"]):
                concrete = resource if resource == "*" else resource.replace("*", "sample")
                yield Attempt(role, action, concrete, _conditions(statement, "sample"))


@pytest.fixture(scope="module")
def environments(synthesize: Callable[[Environment], Templates]) -> tuple[Roles, Roles]:
    found = []
    for name in ("dev", "prod"):
        settings = parse_environment(name, SETTINGS, file=f"config/{name}.yaml")
        found.append(roles_of(synthesize(settings), settings))
    return found[0], found[1]


def _is_shared(attempt: Attempt) -> bool:
    service = attempt.action.partition(":")[0]
    return attempt.action in SHARED or service in SHARED or ACCOUNTS in attempt.resource


def test_every_action_succeeds_on_ones_own_and_fails_on_the_others(
    environments: tuple[Roles, Roles],
) -> None:
    dev, prod = environments
    tried = 0
    for own, other in ((dev, prod), (prod, dev)):
        # The two templates differ in names only, so that attempts at equal positions correspond.
        pairs = zip(never_empty(own.attempts), other.attempts, strict=True)
        for mine, theirs in pairs:
            assert (mine.role, mine.action) == (theirs.role, theirs.action)
            assert own.allow(mine.role, mine), mine
            if (mine.resource, mine.context) == (theirs.resource, theirs.context):
                assert _is_shared(mine) or _is_by_cloudformation(mine), f"nothing of dev's: {mine}"
                continue
            tried += 1
            assert not own.allow(mine.role, theirs), theirs
    print(f"{tried} actions tried across two environments, each allowed within its own")
    assert tried > 300


def _is_by_cloudformation(attempt: Attempt) -> bool:
    kinds = (":model/", ":endpoint-config/")
    return (
        "EndpointStacks" in attempt.role
        and attempt.action in BY_CLOUDFORMATION
        and any(kind in attempt.resource for kind in kinds)
    )


@pytest.mark.parametrize(
    ("kind", "machine", "start", "creation"),
    [
        ("training-job", "train", "TrainRole", "CreateTrainingJob"),
        ("hyper-parameter-tuning-job", "tune", "TuneRole", "CreateHyperParameterTuningJob"),
        ("transform-job", "batch-predict", "BatchPredictRole", "CreateTransformJob"),
        ("processing-job", "batch-predict", "BatchPredictRole", "CreateProcessingJob"),
        ("model", "batch-predict", "BatchPredictRole", "CreateModel"),
    ],
)
def test_a_tag_is_not_given_to_what_exists(
    environments: tuple[Roles, Roles], kind: str, machine: str, start: str, creation: str
) -> None:
    dev, _ = environments
    resource = f"arn:aws:sagemaker:us-east-1:123456789012:{kind}/income-monday-0a1b2c3d"
    execution = f"arn:aws:states:us-east-1:123456789012:execution:autogluon-dev-{machine}:monday"
    own_tag = ("aws:RequestTag/autogluon:execution", execution)
    [role] = [role for role in dev.policies if role.startswith(start)]

    while_created = Attempt(
        role, "sagemaker:AddTags", resource, (own_tag, ("sagemaker:TaggingAction", creation))
    )
    later = Attempt(role, "sagemaker:AddTags", resource, (own_tag,))

    assert dev.allow(role, while_created)
    assert not dev.allow(role, later)

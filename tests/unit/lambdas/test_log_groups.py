"""The log groups that SageMaker makes: created or adopted, never taken away from others."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_lambdas.adapters.cloudwatch_log_groups import CloudWatchLogGroups
from autogluon_lambdas.logic.deployment.configure_log_groups import LogGroupConfigurer
from autogluon_lambdas.ports import KeyRefusedError, LogGroup
from tests.fakes.log_groups import MemoryLogGroups

TRAINING = "/aws/sagemaker/TrainingJobs"
JOBS = {TRAINING, "/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TransformJobs"}
INCOME = "/aws/sagemaker/Endpoints/autogluon-prod-income"
OURS, THEIRS = "arn:ours", "arn:theirs"


def properties(
    days: int = 90, key: str | None = None, job_key: str | None = None, *, jobs: bool = True
) -> dict[str, Any]:
    """As CloudFormation sends them: numbers and truth values are texts."""
    given = {"EndpointKeyArn": key, "JobKeyArn": job_key}
    return {
        "Environment": "prod",
        "RetentionDays": str(days),
        "Predictors": ["income"],
        "ConfigureJobs": str(jobs).lower(),
        **{name: value for name, value in given.items() if value is not None},
    }


def configured(
    before: dict[str, LogGroup],
    wanted: dict[str, Any],
    former: dict[str, Any] | None = None,
) -> MemoryLogGroups:
    groups = MemoryLogGroups(before)
    event = {"RequestType": "Create", "ResourceProperties": wanted}
    if former is not None:
        event |= {"RequestType": "Update", "OldResourceProperties": former}
    LogGroupConfigurer(groups).act(event)
    return groups


def test_groups_exist_before_sagemaker_makes_them() -> None:
    groups = configured({}, properties(30, OURS, OURS))

    assert set(groups.groups) == {*JOBS, INCOME}
    assert set(groups.groups.values()) == {LogGroup(30, OURS)}


def test_groups_that_sagemaker_made_are_adopted() -> None:
    groups = configured({TRAINING: LogGroup(), INCOME: LogGroup()}, properties(30, OURS, OURS))

    assert groups.groups[TRAINING] == groups.groups[INCOME] == LogGroup(30, OURS)


def test_what_is_as_wanted_is_not_changed() -> None:
    wanted = properties(30, OURS, OURS)
    groups = configured({}, wanted)

    assert configured(groups.groups, wanted, wanted).changes == []


@pytest.mark.parametrize(("found", "days"), [(None, 90), (30, 90), (90, 90), (365, 365)])
def test_a_longer_retention_of_the_accounts_groups_stays(found: int | None, days: int) -> None:
    groups = configured({TRAINING: LogGroup(found), INCOME: LogGroup(365)}, properties(90))

    assert groups.groups[TRAINING].retention_days == days
    assert groups.groups[INCOME].retention_days == 90  # the environment's own


def test_a_key_of_others_stays_on_the_accounts_groups() -> None:
    groups = configured({TRAINING: LogGroup(90, THEIRS)}, properties(90, OURS, OURS))
    assert groups.groups[TRAINING].key_arn == THEIRS

    groups = configured(groups.groups, properties(90), properties(90, OURS, OURS))
    assert groups.groups[TRAINING].key_arn == THEIRS
    assert {group.key_arn for name, group in groups.groups.items() if name != TRAINING} == {None}


def test_another_key_of_the_environment_replaces_its_former_one() -> None:
    before = configured({}, properties(90, OURS, OURS)).groups

    after = configured(before, properties(90, "arn:new", "arn:new"), properties(90, OURS, OURS))

    assert {group.key_arn for group in after.groups.values()} == {"arn:new"}


def test_a_key_that_goes_with_the_environment_leaves_the_accounts_groups_alone() -> None:
    groups = configured({TRAINING: LogGroup(None, None)}, properties(90, OURS, None))

    assert groups.groups[TRAINING] == LogGroup(90, None)
    assert groups.groups[INCOME] == LogGroup(90, OURS)


def test_the_accounts_groups_can_be_left_alone() -> None:
    groups = configured({TRAINING: LogGroup()}, properties(90, OURS, OURS, jobs=False))

    assert groups.groups == {TRAINING: LogGroup(), INCOME: LogGroup(90, OURS)}


def test_the_groups_outlive_their_stack() -> None:
    groups = MemoryLogGroups({TRAINING: LogGroup(90, OURS), INCOME: LogGroup(90, OURS)})

    LogGroupConfigurer(groups).act({"RequestType": "Delete", "ResourceProperties": {}})

    assert groups.changes == []


class Refusing:
    """A client whose first calls fail with these codes; then it answers."""

    def __init__(self, *codes: str) -> None:
        self._codes = list(codes)
        self.done: list[dict[str, Any]] = []

    def create_log_group(self, **arguments: Any) -> None:
        self._answer(arguments)

    def associate_kms_key(self, **arguments: Any) -> None:
        self._answer(arguments)

    def delete_log_group(self, **arguments: Any) -> None:
        self._answer(arguments)

    def _answer(self, arguments: dict[str, Any]) -> None:
        if self._codes:
            error = {"Code": self._codes.pop(0), "Message": "it is not allowed."}
            raise ClientError({"Error": error}, "Operation")
        self.done.append(arguments)


def log_groups(*codes: str) -> tuple[CloudWatchLogGroups, Refusing, list[float]]:
    client, waited = Refusing(*codes), list[float]()
    return CloudWatchLogGroups(client, waited.append), client, waited


def test_a_key_that_is_not_admitted_is_a_sentence() -> None:
    for change in ("create", "encrypt"):
        groups, _, _ = log_groups("InvalidParameterException")
        with pytest.raises(
            KeyRefusedError, match=rf"cannot put {TRAINING} under {OURS}: .*\."
        ) as e:
            getattr(groups, change)(TRAINING, OURS)
        assert "encryption.log_groups: false" in e.value.advice


def test_a_group_that_somebody_changes_right_now_is_changed_a_little_later() -> None:
    aborted = "OperationAbortedException"
    groups, client, waited = log_groups(aborted, aborted)
    assert groups.create(TRAINING, None) is True
    assert client.done == [{"logGroupName": TRAINING}]
    assert waited == sorted(waited) != []

    groups, client, _ = log_groups(*[aborted] * 5)
    with pytest.raises(ClientError, match=aborted):
        groups.encrypt(TRAINING, OURS)


def test_what_exists_is_not_created_and_what_is_gone_is_not_missed() -> None:
    groups, _, _ = log_groups("ResourceAlreadyExistsException")
    assert groups.create(TRAINING, OURS) is False

    groups, client, _ = log_groups("ResourceNotFoundException")
    groups.delete(TRAINING)
    assert client.done == []

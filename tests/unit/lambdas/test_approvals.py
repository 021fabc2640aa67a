"""Whatever events tell of an approval, and however often: the version is promoted once."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.names import approval_run, stage_run
from autogluon_lambdas.logic.promotion.approvals import Approvals
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.model_package import ModelPackage
from tests.fakes.lambda_environment import VARIABLES
from tests.fakes.lambda_ports import FakeExecutions, FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import GROUP_ARN, MACHINES, spec

GROUP = "autogluon-sandbox-income"
ENVIRONMENT = Environment({**VARIABLES, "PROMOTE_STATE_MACHINE_ARN": MACHINES["promote"]})
SCHEDULED: dict[str, Any] = {"detail-type": "Scheduled Event", "detail": {}}
WAITED = "PendingManualApproval"


class Door:
    """The function with an account in memory."""

    def __init__(
        self,
        *versions: ModelPackage,
        promote_on_approval: bool = True,
        promote_on_stage: str | None = None,
    ) -> None:
        on_approval = promote_on_approval and promote_on_stage is None
        endpoint = {**spec()["endpoint"], "promote_on_approval": on_approval}
        if promote_on_stage is not None:
            endpoint["promote_on_stage"] = promote_on_stage
        self.registry = FakeRegistry(*versions)
        self.executions = FakeExecutions()
        predictors = FakePredictors(spec(endpoint=endpoint), spec(name="other", endpoint=None))
        self.approvals = Approvals(ENVIRONMENT, predictors, self.registry, self.executions)

    def tell(self, version: int, group: str = GROUP) -> list[str]:
        detail = {"ModelPackageGroupName": group, "ModelPackageVersion": version}
        return self.approvals.follow({"detail": detail})

    @property
    def promoted(self) -> list[str]:
        return [arguments["model"] for arguments in self.executions.started.values()]


def version(number: int, status: str = "Approved", **known: str | None) -> ModelPackage:
    metadata = VersionMetadata(**{"run": f"run-{number}", "decision": WAITED, **known})
    return replace(package(number, status), metadata=metadata)


def test_an_approval_promotes_its_version() -> None:
    door = Door(version(1))
    assert door.tell(1) == [approval_run("income", f"{GROUP_ARN}/1")]
    assert door.executions.started == {
        approval_run("income", f"{GROUP_ARN}/1"): {
            "predictor": "income",
            "model": f"{GROUP_ARN}/1",
        }
    }
    assert list(door.executions.machines.values()) == [MACHINES["promote"]]


def test_duplicates_and_the_schedule_promote_nothing_twice() -> None:
    door = Door(version(1))
    door.tell(1)
    assert door.tell(1) == []
    assert door.approvals.follow(SCHEDULED) == []
    assert door.promoted == [f"{GROUP_ARN}/1"]


def test_a_lost_event_is_made_up_for_by_the_schedule() -> None:
    door = Door(version(1))
    assert door.approvals.follow(SCHEDULED) == [approval_run("income", f"{GROUP_ARN}/1")]
    assert door.tell(1) == []  # it was late, not lost


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 2, 3))))
def test_in_whatever_order_events_arrive_the_latest_version_is_promoted_once(
    order: tuple[int, ...],
) -> None:
    door = Door(version(1), version(2), version(3, "Rejected"))
    for number in order:
        door.tell(number)
    assert door.promoted == [f"{GROUP_ARN}/2"]


def test_approvals_one_after_the_other_are_promoted_one_after_the_other() -> None:
    door = Door(version(1), version(2, WAITED))
    door.tell(1)
    door.registry.packages[f"{GROUP_ARN}/1"] = version(1, live_since="2026-11-29T08:00:00Z")
    door.registry.packages[f"{GROUP_ARN}/2"] = version(2)
    door.tell(2)
    assert door.promoted == [f"{GROUP_ARN}/1", f"{GROUP_ARN}/2"]


@pytest.mark.parametrize(
    "known",
    [
        version(1, "Rejected"),  # since the event was sent
        version(1, WAITED),
        version(1, decision="Approved"),  # by the gate; its training run promotes it, or is not to
        version(1, decision=None),  # by a run of release 0.1, which recorded no decision
        version(1, live_since="2026-11-29T08:00:00Z"),  # rolled back since
        version(1, promotion_failed="2026-11-29T08:00:00Z"),
    ],
)
def test_what_no_person_approved_or_a_promotion_has_tried_is_left_alone(
    known: ModelPackage,
) -> None:
    door = Door(known)
    assert (door.tell(1), door.approvals.follow(SCHEDULED)) == ([], [])


def test_a_version_that_another_program_registered_as_approved_is_promoted() -> None:
    door = Door(package(1))
    door.tell(1)
    assert door.promoted == [f"{GROUP_ARN}/1"]


def test_other_groups_and_predictors_without_the_setting_are_left_alone() -> None:
    door = Door(version(1))
    assert door.tell(1, "autogluon-sandbox-gone") == []
    assert door.tell(1, "autogluon-sandbox-other") == []
    without = Door(version(1), promote_on_approval=False)
    assert (without.tell(1), without.approvals.follow(SCHEDULED)) == ([], [])


def test_a_predictor_that_cannot_be_looked_at_keeps_no_other_from_its_promotion() -> None:
    door = Door(version(1))
    broken = FakePredictors(
        spec(name="aaa", type="unknown-kind"),
        spec(endpoint={**spec()["endpoint"], "promote_on_approval": True}),
    )
    approvals = Approvals(ENVIRONMENT, broken, door.registry, door.executions)
    with pytest.raises(ExceptionGroup, match="could not be followed"):
        approvals.follow(SCHEDULED)
    assert door.promoted == [f"{GROUP_ARN}/1"]


LIVE = "Production/Approved"


def staged(number: int, stage: str | None = LIVE, status: str = "Approved") -> ModelPackage:
    """A version that the quality gate has approved, in a stage."""
    return replace(version(number, status, decision="Approved"), stage=stage)


def test_a_stage_promotes_its_latest_version_once() -> None:
    door = Door(
        staged(1), staged(2), staged(3, "Production/PendingApproval"), promote_on_stage=LIVE
    )

    assert door.tell(1) == [stage_run("income", f"{GROUP_ARN}/2")]
    assert door.tell(2) == []
    assert door.approvals.follow(SCHEDULED) == []
    assert door.promoted == [f"{GROUP_ARN}/2"]


@pytest.mark.parametrize(
    "package",
    [
        staged(1, None),
        staged(1, "Staging/Approved"),
        staged(1, status=WAITED),
        replace(staged(1), metadata=VersionMetadata(live_since="2026-11-29T08:00:00Z")),
        replace(staged(1), metadata=VersionMetadata(promotion_failed="2026-11-29T08:00:00Z")),
    ],
)
def test_a_version_that_is_in_another_stage_or_was_tried_is_not_promoted(
    package: ModelPackage,
) -> None:
    assert Door(package, promote_on_stage=LIVE).tell(1) == []


def test_a_stage_means_nothing_to_other_predictors() -> None:
    assert Door(staged(1), promote_on_approval=False).tell(1) == []

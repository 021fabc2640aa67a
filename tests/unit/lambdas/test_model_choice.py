"""From the words of an input to one model version."""

from dataclasses import replace

import pytest

from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_lambdas.logic.registry.model_choice import ModelChooser
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.model_package import ModelPackage
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import GROUP_ARN

GROUP = "autogluon-sandbox-income"
VERSIONS = (
    package(1),
    package(2, "Rejected"),
    package(3),
    package(4, "PendingManualApproval"),
)


def _chooser(live: str = "none", versions: tuple[object, ...] = VERSIONS) -> ModelChooser:
    registry = FakeRegistry(*versions)  # type: ignore[arg-type]
    return ModelChooser(registry, FakePredictors(live=live), GROUP, "income")


@pytest.mark.parametrize(
    ("wanted", "version"),
    [("live", 3), ("latest", 4), (2, 2), ("2", 2), (f"{GROUP_ARN}/1", 1)],
)
def test_a_batch_takes_any_version(wanted: str | int, version: int) -> None:
    assert _chooser(live=f"{GROUP_ARN}/3").for_batch(wanted).version == version


@pytest.mark.parametrize(("wanted", "version"), [("latest-approved", 3), ("previous", 1), (4, 4)])
def test_a_promotion_names_versions_by_approval(wanted: str | int, version: int) -> None:
    assert _chooser(live=f"{GROUP_ARN}/3").for_promotion(wanted).version == version


def test_previous_is_what_was_live_before() -> None:
    def known(number: int, **facts: str) -> ModelPackage:
        return replace(package(number), metadata=VersionMetadata(**facts))

    versions = (
        known(1, live_since="2026-11-02T10:00:00Z"),
        known(2, live_since="2026-11-01T10:00:00Z"),
        known(3, promotion_failed="2026-11-03T10:00:00Z"),
        known(4),
    )
    assert _chooser(f"{GROUP_ARN}/4", versions).for_promotion("previous").version == 1
    assert _chooser("none", versions).for_promotion("previous").version == 1


def test_last_live_is_not_replaced_because_it_failed_to_go_live_again() -> None:
    first = VersionMetadata(live_since="2026-11-01T10:00:00Z")
    second = VersionMetadata(
        live_since="2026-11-02T10:00:00Z", promotion_failed="2026-11-03T07:30:00Z"
    )
    versions = (replace(package(1), metadata=first), replace(package(2), metadata=second))

    assert _chooser(versions=versions).for_promotion("last-live").version == 2
    assert _chooser(versions=versions).for_promotion("previous").version == 1


def _problem(chooser: ModelChooser, wanted: str | int, *, promotion: bool = False) -> str:
    with pytest.raises(InvalidInputError) as caught:
        (chooser.for_promotion if promotion else chooser.for_batch)(wanted)
    return str(caught.value)


def test_no_live_model_tells_how_to_promote_one() -> None:
    assert _problem(_chooser(), "live") == (
        'input.model: predictor "income" has no live model. Promote one first (start the '
        'Promote state machine with {"predictor": "income", "model": "latest-approved"}), or '
        'ask for "latest" or a version number.'
    )


def test_an_absent_version_lists_those_that_exist() -> None:
    assert _problem(_chooser(), 7) == (
        'input.model: version 7 of predictor "income" does not exist. Existing versions: 4 '
        "(PendingManualApproval), 3 (Approved), 2 (Rejected), 1 (Approved)."
    )


def test_a_version_of_another_predictor_is_refused() -> None:
    arn = GROUP_ARN.replace("income", "housing") + "/1"

    assert _problem(_chooser(), arn) == (
        f'input.model: {arn} belongs to group "autogluon-sandbox-housing", but predictor '
        '"income" uses versions of "autogluon-sandbox-income".'
    )


def test_a_word_that_means_nothing_lists_what_does() -> None:
    assert _problem(_chooser(), "newest") == (
        'input.model: got "newest". Allowed: live, latest, a version number, or a model '
        'package ARN of group "autogluon-sandbox-income".'
    )


def test_an_arn_that_does_not_exist_is_named() -> None:
    assert "/9 does not exist. Existing versions: " in _problem(_chooser(), f"{GROUP_ARN}/9")


def test_nothing_trained_yet() -> None:
    assert _problem(_chooser(versions=()), "latest") == (
        'input.model: predictor "income" has no model versions. Train it first.'
    )


def test_nothing_approved_yet_tells_how_to_approve() -> None:
    problem = _problem(
        _chooser(versions=(package(1, "Rejected"),)), "latest-approved", promotion=True
    )

    assert problem.startswith('input.model: predictor "income" has no approved version. Existing ')
    assert "aws sagemaker update-model-package --model-approval-status Approved" in problem


def test_nothing_before_the_live_version() -> None:
    problem = _problem(_chooser(live=f"{GROUP_ARN}/1"), "previous", promotion=True)

    assert "has no approved version before its live version 1" in problem

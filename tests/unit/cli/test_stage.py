"""`agcdk stage` moves versions to stages, which `models` shows."""

from __future__ import annotations

import json

import pytest

from autogluon_contracts.names import stage_run
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import GROUP_ARN, SPEC_PARAMETER, spec
from tests.unit.cli.terminal import Terminal

PRICE = "The endpoint will run on 1 x ml.m5.large, about 84 USD a month."


def promote_on(aws: FakeAws, stage: str) -> None:
    endpoint = {**spec()["endpoint"], "promote_on_stage": stage}
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(endpoint=endpoint))


def test_a_version_moves_to_a_stage_and_models_shows_it(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    assert "stage" not in terminal.run("models", "income")[1]

    first = terminal.json("stage", "income", "1", "Staging", "InReview")
    then = terminal.json("stage", "income", "latest", "Production", "--description", "Compared")

    assert (first["stage"], first["was"]) == ("Staging/InReview", None)
    assert (then["stage"], then["was"]) == ("Production/Approved", "Staging/InReview")
    assert aws.sagemaker.packages[1]["ModelLifeCycle"] == {
        "Stage": "Production",
        "StageStatus": "Approved",
        "StageDescription": "Compared",
    }
    [model] = terminal.json("models", "income")["models"]
    assert model["stage"] == "Production/Approved"
    assert "Production (Approved)" in " ".join(terminal.run("models", "income")[1].split())


def test_what_the_settings_promote_is_told(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    promote_on(aws, "Production/Approved")

    _, out, err = terminal.run("stage", "income", "1", "Staging")
    assert "by itself" not in out
    assert "USD" not in err
    _, out, err = terminal.run("stage", "income", "1", "Production")

    assert f"agcdk show {stage_run('income', f'{GROUP_ARN}/1')}" in out
    assert PRICE in err


def test_a_version_that_waits_for_approval_is_told(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1, status="PendingManualApproval")
    promote_on(aws, "Production/Approved")

    _, out, _ = terminal.run("stage", "income", "1", "Production")

    assert "goes into service when it is approved: agcdk approve income 1" in out
    _, out, err = terminal.run("approve", "income", "1")
    assert f"by itself: agcdk show {stage_run('income', f'{GROUP_ARN}/1')}" in out
    assert PRICE in err


def test_an_approval_in_another_stage_promotes_nothing(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1, status="PendingManualApproval")
    promote_on(aws, "Production/Approved")
    terminal.run("stage", "income", "1", "Staging")

    _, out, err = terminal.run("approve", "income", "1")

    assert "Put it into service: agcdk on income --model 1" in out
    assert err == ""


@pytest.mark.parametrize("words", [("a stage",), ("Production", "not yet"), ("-x",), ("x" * 64,)])
def test_words_that_sagemaker_does_not_take_are_refused(
    terminal: Terminal, aws: FakeAws, words: tuple[str, ...]
) -> None:
    aws.sagemaker.add_package(1)

    code, _, err = terminal.run("stage", "income", "1", "--", *words)

    assert code == 2
    assert "letters, digits and hyphens" in err

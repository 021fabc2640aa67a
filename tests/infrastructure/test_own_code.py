"""Templates of code that jobs import: one archive for runs and trials, and who may read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_constructs.settings import Environment, load_environment
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type

EXAMPLE = Path(__file__).parents[2] / "examples" / "training"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    return synthesize(load_environment("own-code", EXAMPLE))


def test_planners_of_runs_and_of_trials_know_the_archive(templates: Templates) -> None:
    found = {
        function["Properties"]["Handler"]: function["Properties"]["Environment"]["Variables"]
        for function in of_type(templates["Workflows"], "AWS::Lambda::Function").values()
        if "Environment" in function["Properties"]
    }
    uris = {
        handler: flat(variables["TRAINING_SCRIPTS_URI"])
        for handler, variables in found.items()
        if "TRAINING_SCRIPTS_URI" in variables
    }
    assert len(set(uris.values())) == 1
    assert sorted(handler.rpartition(".")[0].rpartition(".")[2] for handler in uris) == [
        "plan_training", "plan_tuning"
    ]  # fmt: skip


def test_the_spec_names_the_folder_and_training_jobs_alone_read_it(templates: Templates) -> None:
    assert templates.spec("income")["training"]["code"] == {"folder": "income"}
    readers = [
        flat(policy["Properties"]["Roles"][0])
        for policy in of_type(templates["Workflows"], "AWS::IAM::Policy").values()
        if "read-training-scripts" in flat(policy["Properties"]["PolicyName"])
    ]
    assert len(readers) == 1
    assert "Training" in readers[0]

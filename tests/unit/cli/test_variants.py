"""Variants on the command line: who is asked, who answers, how requests are shared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import LIVE_MODEL_PARAMETER, PACKAGE, spec
from tests.unit.cli.terminal import Terminal

BESIDE = {"weight": 0.5, "instance_type": "ml.m5.xlarge", "initial_instance_count": 1}
CHALLENGER = LIVE_MODEL_PARAMETER.replace("live-model", "variants/challenger/live-model")
SHADOW = LIVE_MODEL_PARAMETER.replace("live-model", "variants/shadow/live-model")
OTHER = f"{PACKAGE.rpartition('/')[0]}/4"


@pytest.fixture
def aws() -> FakeAws:
    """`income` has a main version and a challenger in service, and no version in its shadow."""
    variants = {"challenger": BESIDE, "shadow": BESIDE}
    found = FakeAws(
        spec(endpoint={**spec()["endpoint"], "variants": variants}),
        container=lambda *_: b'{"class": "a"}',
    )
    found.ssm.values |= {LIVE_MODEL_PARAMETER: PACKAGE, CHALLENGER: OTHER, SHADOW: "none"}
    found.sagemaker.add_endpoint()
    found.sagemaker.add_variant("challenger", 3, "ml.m5.xlarge", 2)
    found.sagemaker.add_package(4)
    found.runtime.variants = ("AllTraffic", "challenger")
    return found


def started(aws: FakeAws) -> dict[str, Any]:
    [execution] = aws.states.executions.values()
    found: dict[str, Any] = json.loads(execution["input"])
    return found


def test_endpoints_lists_each_variant_with_its_share(terminal: Terminal) -> None:
    [found] = terminal.json("endpoints")["endpoints"]

    assert [
        (each["variant"], each["live_version"], each["share"], each["instance_count"])
        for each in found["variants"]
    ] == [("main", 3, 0.25, 1), ("challenger", 4, 0.75, 2), ("shadow", None, None, 0)]
    _, out, _ = terminal.run("endpoints")
    assert "75.0%" in out
    assert "2 x ml.m5.xlarge" in out


def test_cost_prices_each_variant(terminal: Terminal) -> None:
    priced = terminal.json("cost")["endpoints"]

    assert [(each["name"], each["instance_count"]) for each in priced] == [
        ("autogluon-sandbox-income: main", 1),
        ("autogluon-sandbox-income: challenger", 2),
    ]


def test_predict_asks_one_variant_and_says_who_answered(terminal: Terminal) -> None:
    Path("new.csv").write_text("39\n")

    answer = terminal.json("predict", "income", "new.csv", "--variant", "challenger")

    assert answer["answered_by"] == {"challenger": 1}
    _, _, err = terminal.run("predict", "income", "new.csv", "--variant", "main")
    assert err.splitlines()[-1] == "Answered by main."
    code, _, err = terminal.run("predict", "income", "new.csv", "--variant", "other")
    assert code != 0
    assert "has no variant 'other' in service" in err


def test_on_and_off_name_the_variant(terminal: Terminal, aws: FakeAws) -> None:
    terminal.json("on", "income", "--model", "4", "--variant", "challenger", "--no-wait")
    assert started(aws) == {"predictor": "income", "model": 4, "variant": "challenger"}

    aws.states.executions.clear()
    terminal.json("off", "income", "--variant", "challenger", "--no-wait")
    assert started(aws) == {"predictor": "income", "model": "none", "variant": "challenger"}

    aws.states.executions.clear()
    terminal.json("off", "income", "--no-wait")
    assert started(aws) == {"predictor": "income", "model": "none"}


def test_traffic_promotes_the_live_version_with_other_weights(
    terminal: Terminal, aws: FakeAws
) -> None:
    terminal.json("traffic", "income", "--variant", "challenger=0.2", "--no-wait")

    assert started(aws) == {
        "predictor": "income",
        "model": "last-live",
        "weights": {"challenger": 0.2},
    }


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("challenger", "must be a variant and its weight of 0 to 1000"),
        ("challenger=-1", "must be a variant and its weight"),
        ("challenger=nan", "must be a variant and its weight"),
        ("other=1", "has no variant 'other' that answers; it has main, challenger"),
        ("shadow=1", "has no variant 'shadow' that answers"),
    ],
)
def test_weights_of_what_does_not_answer_are_refused(
    terminal: Terminal, asked: str, part: str
) -> None:
    code, _, err = terminal.run("traffic", "income", "--variant", asked)

    assert code != 0
    assert part in " ".join(err.split())


def test_traffic_needs_variants(terminal: Terminal, aws: FakeAws) -> None:
    aws.ssm.values |= FakeAws().ssm.values | {LIVE_MODEL_PARAMETER: PACKAGE}

    code, _, err = terminal.run("traffic", "income", "--variant", "challenger=1")

    assert code == 2
    assert "has one variant, which answers all requests" in err


@pytest.mark.parametrize("words", [("delete", "income", "4", "--yes"), ("reject", "income", "4")])
def test_a_version_in_a_variant_is_in_use(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, _, err = terminal.run(*words)

    assert code != 0
    assert "in challenger" in err


def test_models_say_in_which_variant_a_version_is_live(terminal: Terminal) -> None:
    models = terminal.json("models", "income")["models"]

    assert {each["version"]: each["variant"] for each in models}[4] == "challenger"
    assert "live in challenger" in terminal.run("models", "income")[1]


@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_what_speaks_of_the_live_model_asks_the_main_variant(
    terminal: Terminal, aws: FakeAws, command: str
) -> None:
    schema = {"version": 1, "label": "class", "problem_type": "binary", "classes": ["a", "b"],
              "positive_class": "b",
              "features": []}  # fmt: skip
    aws.s3.objects["s3://artifacts/income/runs/job-3/report/feature_schema.json"] = json.dumps(
        schema
    ).encode()
    aws.sagemaker.add_package(3)
    aws.runtime.variants = ("challenger", "AllTraffic")
    answer = b'{"class": "a", "a_proba": 1.0, "b_proba": 0.0, "base_contribution": 0.5}'
    aws.runtime.container = lambda *_: answer
    Path("new.csv").write_text("age,class\n39,a\n")

    terminal.run(command, "income", "new.csv")

    assert aws.runtime.asked_variants == ["AllTraffic"]

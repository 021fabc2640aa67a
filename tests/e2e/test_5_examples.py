"""Each example of a mode or of variants is deployed, used, updated and destroyed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.what_is_left import what_is_left
from tests.integration.standalone import ROOT, StandaloneAws
from tests.never_empty import never_empty

EXAMPLES = ROOT / "examples"
FILES = [
    path.relative_to(EXAMPLES)
    for folder in ("modes", "variants")
    for path in never_empty(sorted((EXAMPLES / folder).glob("*.yaml")))
]
HOUSING = "autogluon-dev-housing"
TRAIN, TEST = EXAMPLES / "housing/train.csv", EXAMPLES / "housing/test.csv"


@dataclass(frozen=True)
class Change:
    """One setting of an example that a second deployment changes, and where AWS shows it."""

    setting: Sequence[str]  # below `predictors`
    value: int
    shown: Callable[[Shell], Any]


def _max_capacity(shell: Shell) -> Any:
    scaling = shell.client("application-autoscaling")
    [target] = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    return target["MaxCapacity"]


def _memory_of_serverless(shell: Shell) -> Any:
    sagemaker = shell.client("sagemaker")
    name = sagemaker.describe_endpoint(EndpointName="autogluon-dev-homes")["EndpointConfigName"]
    config = sagemaker.describe_endpoint_config(EndpointConfigName=name)
    return config["ProductionVariants"][0]["ServerlessConfig"]["MemorySizeInMB"]


def _memory_of_component(shell: Shell) -> Any:
    found = shell.client("sagemaker").describe_inference_component(
        InferenceComponentName="autogluon-dev-prices"
    )
    return found["Specification"]["ComputeResourceRequirements"]["MinMemoryRequiredInMb"]


def _instances(kind: str) -> Callable[[Shell], Any]:
    def shown(shell: Shell) -> Any:
        found = shell.client("sagemaker").describe_endpoint(EndpointName=HOUSING)
        return found[kind][0]["CurrentInstanceCount"]

    return shown


_SCALING = ("housing", "endpoint", "autoscaling", "max_capacity")
CHANGES = {
    "modes/asynchronous.yaml": Change(_SCALING, 3, _max_capacity),
    "modes/components.yaml": Change(
        ("prices", "endpoint", "memory_mb"), 3072, _memory_of_component
    ),
    "modes/real-time.yaml": Change(_SCALING, 5, _max_capacity),
    "modes/serverless.yaml": Change(
        ("homes", "endpoint", "memory_mb"), 4096, _memory_of_serverless
    ),
    "variants/challenger.yaml": Change(
        ("housing", "endpoint", "initial_instance_count"), 2, _instances("ProductionVariants")
    ),
    "variants/shadow.yaml": Change(
        ("housing", "endpoint", "shadow", "initial_instance_count"),
        2,
        _instances("ShadowProductionVariants"),
    ),
}


def _declare(folder: Path, settings: dict[str, Any]) -> None:
    (folder / "config/dev.yaml").write_text(yaml.safe_dump(settings))


def _set(settings: dict[str, Any], change: Change) -> None:
    inner = settings["predictors"]
    for name in change.setting[:-1]:
        inner = inner[name]
    inner[change.setting[-1]] = change.value


def _variants(settings: dict[str, Any], predictor: str) -> list[str]:
    """Return the variants that an example has beside the main one."""
    endpoint = settings["predictors"][predictor]["endpoint"]
    named = [name for name in endpoint.get("variants", {}) if name != "main"]
    return [*named, *(["shadow"] if "shadow" in endpoint else [])]


def _use(shell: Shell, predictors: Sequence[str], rows: Path) -> None:
    for predictor in predictors:
        predictions = shell.json("predict", predictor, str(rows))["predictions"]
        assert len(predictions) == 5
        assert all(row["Price"] > 0 for row in predictions)


@pytest.mark.long
@pytest.mark.parametrize("file", FILES, ids=str)
def test_an_example_is_deployed_used_updated_and_destroyed(file: Path, tmp_path: Path) -> None:
    change = CHANGES[str(file)]
    settings = yaml.safe_load((EXAMPLES / file).read_text())
    predictors = list(settings["predictors"])
    rows = tmp_path / "rows.csv"
    rows.write_text("".join(TEST.open().readlines()[:6]))
    (tmp_path / "config").mkdir()
    _declare(tmp_path, settings)
    with StandaloneAws(tmp_path / "aws") as aws:
        shell = standalone_shell(aws, tmp_path, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        for predictor in predictors:
            shell.json("train", predictor, str(TRAIN), "--wait", "--promote")
            for variant in _variants(settings, predictor):
                shell.json("on", predictor, "--model", "1", "--variant", variant)
        _use(shell, predictors, rows)
        assert change.shown(shell) != change.value

        _set(settings, change)
        _declare(tmp_path, settings)
        shell.json("deploy")

        assert change.shown(shell) == change.value
        _use(shell, predictors, rows)

        done = shell.run("destroy", "--yes")
        assert done.code == 0, done.stderr
        assert what_is_left(shell.client, "dev") == []


def test_each_example_has_a_change() -> None:
    assert CHANGES.keys() == {str(file) for file in FILES}

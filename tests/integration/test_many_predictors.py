"""As many predictors as an environment may have: their templates, and a deployment of many."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.standalone import ROOT, StandaloneAws
from tests.never_empty import never_empty

pytestmark = pytest.mark.long

MOST, DEPLOYED = 500, 200
SHARE = 0.6
LIMITS = {"Resources": 500, "Outputs": 200, "Parameters": 200, "Mappings": 200}
LONGEST_TEMPLATE = 1_000_000
LONGEST_NAME = "p" * 26


def cdk(environment: dict[str, str], config: Path, output: Path, *words: str) -> None:
    options = ("-c", "environment=many", "-c", f"config={config}", "--output", str(output))
    done = subprocess.run(
        [str(ROOT / "node_modules" / ".bin" / "cdk"), *words, *options],
        cwd=ROOT,
        env={**os.environ, **environment, "CDK_VALIDATION": "false"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def declare(folder: Path, count: int) -> Path:
    folder.mkdir()
    predictors = {
        f"{LONGEST_NAME}-{number:03d}": {
            "init_args": {"label": "y"},
            "endpoint": {"instance_type": "ml.m5.large"},
        }
        for number in range(count)
    }
    settings = {"removal": "destroy", "predictors": predictors}
    (folder / "many.yaml").write_text(yaml.safe_dump(settings))
    return folder


def test_no_template_of_the_most_predictors_is_near_a_limit(tmp_path: Path) -> None:
    output = tmp_path / "out"

    cdk({}, declare(tmp_path / "config", MOST), output, "synth", "--quiet")

    templates = {path.name: path for path in output.glob("*.template.json")}
    assert len(templates) == MOST + 2
    for name, path in templates.items():
        assert path.stat().st_size < SHARE * LONGEST_TEMPLATE, name
        template = json.loads(path.read_text())
        for section, most in LIMITS.items():
            assert len(template.get(section, {})) < SHARE * most, (name, section)


def test_many_predictors_are_deployed_and_one_more_changes_one_stack(tmp_path: Path) -> None:
    config = declare(tmp_path / "config", DEPLOYED)
    with StandaloneAws(tmp_path / "aws") as aws:
        cdk(aws.environment, config, tmp_path / "out", "bootstrap")
        deploy = ("deploy", "--all", "--require-approval", "never", "--concurrency", "4")
        cdk(aws.environment, config, tmp_path / "out", *deploy)
        assert len(_predictors(aws)) == DEPLOYED
        before = _updates(aws)
        assert len(before) == DEPLOYED + 2
        settings: dict[str, Any] = yaml.safe_load((config / "many.yaml").read_text())
        settings["predictors"]["one-more"] = {"init_args": {"label": "y"}}
        (config / "many.yaml").write_text(yaml.safe_dump(settings))

        cdk(aws.environment, config, tmp_path / "out", *deploy)

        assert len(_predictors(aws)) == DEPLOYED + 1
        after = _updates(aws)
        changed = [name for name in never_empty(after) if before[name] != after[name]]
        assert changed == ["autogluon-many-workflows"]


def _predictors(aws: StandaloneAws) -> set[str]:
    pages = aws.client("ssm").get_paginator("get_parameters_by_path")
    found = pages.paginate(Path="/autogluon/many/predictors", Recursive=True)
    names = [entry["Name"].split("/") for page in found for entry in page["Parameters"]]
    assert {name[-1] for name in names} == {"spec", "live-model"}
    return {name[4] for name in names}


def _updates(aws: StandaloneAws) -> dict[str, Any]:
    pages = aws.client("cloudformation").get_paginator("describe_stacks").paginate()
    return {
        stack["StackName"]: (stack["StackId"], stack.get("LastUpdatedTime"))
        for page in pages
        for stack in page["Stacks"]
        if stack["StackName"].startswith("autogluon-")
    }

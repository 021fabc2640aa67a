"""A terminal on a fake AWS, in an empty folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from autogluon_cli.deployment import cdk
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import spec
from tests.unit.cli.declared import ENDPOINT, SAID_BY_THE_CDK, WORKFLOWS, predictors
from tests.unit.cli.fake_cdk import EVENT
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("AUTOGLUON_CONFIG", "AUTOGLUON_ENVIRONMENT", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def terminal(folder: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(aws, capsys)


@pytest.fixture
def commands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace the CDK: records its arguments, prints an event, exits with `code`.

    Synthesizing is not recorded: it writes an assembly without stacks.
    """
    script = folder / "cdk.py"
    script.write_text(
        "import pathlib, sys\n"
        "if sys.argv[1] == 'synth':\n"
        "    assembly = pathlib.Path(sys.argv[sys.argv.index('--output') + 1])\n"
        "    assembly.mkdir(exist_ok=True)\n"
        "    (assembly / 'manifest.json').write_text('{\"artifacts\": {}}')\n"
        "    pathlib.Path('synthesized').write_text(' '.join(sys.argv[1:]))\n"
        "    sys.exit(0)\n"
        "with open('calls', 'a') as f: print(*sys.argv[1:], file=f)\n"
        f"print({EVENT.format('CREATE_COMPLETE')!r})\n"
        "code = pathlib.Path('code')\n"
        f"if code.exists(): print({EVENT.format('CREATE_FAILED')!r})\n"
        "sys.exit(int(code.read_text()) if code.exists() else 0)\n"
    )
    monkeypatch.setattr(cdk, "PROJECT", folder)
    monkeypatch.setattr(cdk, "command_line", lambda: [sys.executable, str(script)])
    return folder / "calls"


@pytest.fixture
def declare(folder: Path, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Deploy `income` as it is, and declare other specs by a CDK that writes an assembly."""
    script = folder / "cdk.py"
    script.write_text(f"print({SAID_BY_THE_CDK!r})\n")
    monkeypatch.setattr(cdk, "PROJECT", folder)
    monkeypatch.setattr(cdk, "command_line", lambda: [sys.executable, str(script)])
    write_settings("income", tail=ENDPOINT)
    deployed: dict[str, Any] = spec()
    aws.stacks.templates[WORKFLOWS] = {"Resources": predictors(deployed)}

    def declared(*specs: dict[str, Any]) -> None:
        assembly = folder / "cdk.out"
        assembly.mkdir()
        template = {"Resources": predictors(*specs)}
        (assembly / "workflows.json").write_text(json.dumps(template))
        stack = {
            "type": "aws:cloudformation:stack",
            "displayName": "Workflows",
            "properties": {"templateFile": "workflows.json", "stackName": WORKFLOWS},
        }
        manifest = {"artifacts": {"Workflows": stack, "Tree": {"type": "cdk:tree"}}}
        (assembly / "manifest.json").write_text(json.dumps(manifest))
        document = DeclaredPredictors(specs={each["name"]: each for each in specs})
        (assembly / "asset.declared.json").write_text(document.to_text())

    return declared

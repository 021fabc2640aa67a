"""npm's asl-validator, which this project did not write, accepts every state machine."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type
from tests.never_empty import never_empty

ROOT = Path(__file__).parents[2]


def filled(definition: str) -> str:
    """Return a definition with values for what CloudFormation fills in."""
    definition = definition.replace("<AWS::Partition>", "aws")
    return re.sub(
        r"\$\{(\w+)\}",
        lambda found: "aws" if found[1] == "Partition" else f"arn:aws:x:us-east-1:1:y/{found[1]}",
        definition,
    )


def validated(folder: Path, definitions: dict[str, str]) -> subprocess.CompletedProcess[str]:
    files = [folder / f"{name}.json" for name in definitions]
    for file, definition in zip(files, definitions.values(), strict=True):
        file.write_text(definition)
    arguments = [part for file in files for part in ("--json-path", str(file))]
    return subprocess.run(
        [ROOT / ".venv/bin/node", ROOT / "node_modules/.bin/asl-validator", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_synthesized_definition_is_valid(sandbox: Templates, tmp_path: Path) -> None:
    machines = of_type(sandbox["Workflows"], "AWS::StepFunctions::StateMachine")
    definitions = {
        name: filled(flat(machine["Properties"]["DefinitionString"]))
        for name, machine in never_empty(machines.items())
    }

    result = validated(tmp_path, definitions)

    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    assert len(definitions) == 6


@pytest.mark.parametrize(
    "state", [{"Type": "Pass", "Next": "Nowhere"}, {"Type": "Choice", "Default": "A"}]
)
def test_a_broken_definition_is_found(tmp_path: Path, state: dict[str, Any]) -> None:
    definition = json.dumps({"StartAt": "A", "States": {"A": state}})
    assert validated(tmp_path, {"broken": definition}).returncode != 0

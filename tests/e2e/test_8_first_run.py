"""The ten commands of the first real run answer as in the recording that AWS is compared with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scripts.first_run.record import EMBEDDED, differences, run_steps
from tests.e2e.cli_support import standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws


@pytest.mark.long
def test_the_commands_answer_as_recorded(tmp_path: Path) -> None:
    person = tmp_path / "person"
    (person / "config").mkdir(parents=True)
    shutil.copy(ROOT / "config/sandbox.yaml", person / "config")
    shutil.copytree(ROOT / "examples/housing", person / "examples/housing")

    with StandaloneAws(tmp_path) as aws:
        recorded = list(run_steps(standalone_shell(aws, person).environment, person))

    assert differences(recorded, json.loads(EMBEDDED.read_text("utf-8"))) == []

"""Every command of the README's "Use it" section works as written, in its order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account, Trained

_BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _section(title: str) -> str:
    text = (ROOT / "README.md").read_text()
    start = text.index(f"\n## {title}\n")
    end = text.find("\n## ", start + 1)
    return text[start:end]


def _blocks(language: str) -> list[str]:
    return [body for found, body in _BLOCK.findall(_section("Use it")) if found == language]


@pytest.fixture
def environment(account: Account, tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{ROOT / '.venv' / 'bin'}:{inherited['PATH']}"
    return inherited | account.environment | {"PATH": path, "HOME": str(tmp_path)}


def test_the_python_example_works(
    account: Account, income: Trained, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (script,) = _blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ">50K" in done.stdout


def test_the_commands_of_the_shell_work_in_order(
    account: Account, income: Trained, environment: dict[str, str], tmp_path: Path
) -> None:
    commands = _blocks("bash")
    assert len(commands) >= 3
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    script = "set -euo pipefail\n" + "\n".join(commands)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCEEDED" in done.stdout
    assert ">50K_proba" in done.stdout

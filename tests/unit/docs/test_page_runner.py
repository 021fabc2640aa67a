"""The runner of pages: one shell and one namespace for all blocks, and no mistake passes."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.pages import ROOT

_RUNNER = ROOT / "tests" / "e2e" / "page_runner.py"


def _run(
    folder: Path, *blocks: tuple[str, str], keep: tuple[str, ...] = ()
) -> tuple[int, str, dict[str, Any]]:
    """Exit code, all that was printed, and the kept variables."""
    result = folder / "result.pkl"
    done = subprocess.run(
        [sys.executable, str(_RUNNER), "page.md", str(result), *keep],
        cwd=folder,
        env=dict(os.environ),
        input=json.dumps(blocks),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=30,
    )
    kept = pickle.loads(result.read_bytes()) if result.exists() else {}
    return done.returncode, done.stdout, kept


def test_blocks_share_a_shell_and_a_namespace_and_python_sees_exports(tmp_path: Path) -> None:
    code, printed, kept = _run(
        tmp_path,
        ("bash", "word() { echo said; }\nexport NAME=income"),
        ("python", "import os\nname = os.environ['NAME']"),
        ("bash", "word"),
        ("python", "twice = name * 2"),
        keep=("twice",),
    )
    assert (code, kept) == (0, {"twice": "incomeincome"})
    assert "said" in printed


def test_a_command_that_fails_ends_the_page_and_is_shown(tmp_path: Path) -> None:
    code, printed, _ = _run(tmp_path, ("bash", "true\nfalse\necho later"), ("bash", "echo last"))
    assert code != 0
    assert "later" not in printed.replace("echo later", "")
    assert "last" not in printed


def test_a_failure_within_a_pipe_ends_the_page(tmp_path: Path) -> None:
    code, _, _ = _run(tmp_path, ("bash", "false | cat"))
    assert code != 0


def test_an_exception_ends_the_page(tmp_path: Path) -> None:
    code, printed, _ = _run(tmp_path, ("python", "1 / 0"), ("python", "print('later')"))
    assert code != 0
    assert "ZeroDivisionError" in printed
    assert "later" not in printed


def test_a_command_that_reads_its_input_does_not_swallow_the_next_block(tmp_path: Path) -> None:
    code, printed, _ = _run(tmp_path, ("bash", "cat"), ("bash", "echo next"))
    assert (code, "next" in printed) == (0, True)

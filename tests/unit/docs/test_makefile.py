"""Makefile: `make help` lists every target, and `make test-one` chooses the interpreter."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.pages import ROOT

_MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
_TARGETS = re.findall(r"^([\w-]+):(?!=)", _MAKEFILE, re.MULTILINE)


def _make(*arguments: str) -> str:
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_lists_every_target() -> None:
    listed = [line.split()[1] for line in _make("help").splitlines()]
    assert listed == _TARGETS
    assert {"setup-dev", "test-one"} <= set(listed)


@pytest.mark.parametrize(
    ("test", "interpreter"),
    [
        ("tests/unit/containers/test_bulk.py::test_x", ".venv-image/bin/python"),
        ("./tests/unit/containers/report", ".venv-image/bin/python"),
        ("tests/unit/lambdas/test_x.py::test_y[a b]", ".venv/bin/python"),
        ("tests/e2e/test_1_day_zero.py", ".venv/bin/python"),
    ],
)
def test_one_test_runs_with_the_interpreter_of_its_code(test: str, interpreter: str) -> None:
    command = _make("--dry-run", "test-one", f"T={test}").splitlines()[-1]
    assert command == f'{interpreter} -m pytest "{test}" -q'


def test_one_test_has_to_be_named() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "test-one"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "make test-one T=" in done.stderr

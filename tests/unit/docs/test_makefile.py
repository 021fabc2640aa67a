"""Makefile: `make help` lists every target, and `make test-one` chooses the interpreter."""

from __future__ import annotations

import os
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


def _commands_of_benchmarks() -> list[str]:
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "benchmarks").glob("*.py")]
    shown = "\n".join(modules).replace("\\\\\n", " ")
    by_hand = re.findall(r"PYTHONPATH=\S+\s+\S+/python -m benchmarks\.\w+", shown)
    return [_make("--dry-run", "bench").splitlines()[-1].strip(), *by_hand]


def test_benchmarks_begin_in_the_environment_that_their_command_names() -> None:
    commands = _commands_of_benchmarks()
    assert len(commands) >= 3
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for command in commands:
        # Options of argparse: the modules are imported, nothing is measured.
        done = subprocess.run(
            f"{command} --help", shell=True, cwd=ROOT, env=bare, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert "usage:" in done.stdout


def test_long_stories_of_one_file_are_run_without_its_short_tests() -> None:
    lines = _make("--dry-run", "test-long", "T=tests/e2e/test_5_spot.py").splitlines()
    (stages,) = (number for number, line in enumerate(lines) if "scripts.stages" in line)
    assert 'PYTEST_ADDOPTS="-m long"' in lines[stages]
    assert lines[stages + 1 :] == ["  test-one"]

"""Undo rules in a copy of the project, and see whether their tests fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from scripts.aws_behaviours.rules import OUTCOME, ROOT, Rule, rules

_CONTAINER_TESTS = "tests/unit/containers"
_PACKAGES = ("", "contracts", "constructs", "lambda", "containers", "client", "embedded", "demo")


def drawn(count: int, seed: int) -> list[Rule]:
    """Return `count` rules, always the same ones for a seed; a new rule displaces one at most.

    They are drawn from those with a test of the product on the embedded AWS that takes seconds.
    """

    def place_in_draw(rule: Rule) -> str:
        return sha256(f"{seed} {rule.place} {rule.embedded}".encode()).hexdigest()

    pool = [rule for rule in rules() if rule.embedded_relapse_test is not None]
    return sorted(pool, key=place_in_draw)[:count]


def undone(rule: Rule, text: str) -> str:
    """Return the file's text with the rule undone.

    Raises:
        ValueError: the text to be replaced is absent, or not unique.
    """
    before, after = rule.undo
    if text.count(before) != 1:
        raise ValueError(f"{rule.place}: {before!r} is there {text.count(before)} times, not once")
    return text.replace(before, after)


def try_relapses(count: int, seed: int) -> bool:
    """Undo rules drawn by a seed, run their tests, record the outcome; True if all tests failed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = _copied(Path(folder) / "copy")
        found = [_tried(rule, copy) for rule in drawn(count, seed)]
    record = {"day": str(datetime.now(UTC).date()), "seed": seed, "relapses": found}
    OUTCOME.write_text(yaml.safe_dump(record, sort_keys=False, width=1000), "utf-8")
    return all(each["outcome"] == "caught" for each in found)


def _copied(copy: Path) -> Path:
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, files):
        source = ROOT / name
        if source.is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy / name)
    for name in (".venv", ".venv-image", "node_modules"):
        (copy / name).symlink_to(ROOT / name)
    return copy


def _tried(rule: Rule, copy: Path) -> dict[str, Any]:
    test = str(rule.embedded_relapse_test)
    if _fails(test, copy):
        raise RuntimeError(f"{test} fails although nothing is undone")
    file = copy / rule.place
    text = file.read_text("utf-8")
    file.write_text(undone(rule, text), "utf-8")
    try:
        is_caught = _fails(test, copy)
    finally:
        file.write_text(text, "utf-8")
    caught = "caught" if is_caught else "not caught"
    print(f"{caught}: {rule.place}", flush=True)
    return {"place": rule.place, "test": test, "outcome": caught}


def _fails(test: str, copy: Path) -> bool:
    environment = ".venv-image" if test.startswith(_CONTAINER_TESTS) else ".venv"
    paths = os.pathsep.join(str(copy / name) for name in _PACKAGES)
    done = subprocess.run(
        [copy / environment / "bin" / "python", "-m", "pytest", "-q", "-n0", "-x", test],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):  # 1: tests failed; others: none ran
        raise RuntimeError(f"{test}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1

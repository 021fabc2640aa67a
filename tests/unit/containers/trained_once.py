"""Trained predictors that all of pytest's processes and later runs share, until code changes."""

from __future__ import annotations

import functools
import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from autogluon_jobs.jobs.train import main
from tests.made_once import made_once
from tests.unit.containers.job_folder import JobFolder

_ROOT = Path(__file__).parents[3]
_KEPT = _ROOT / ".cache" / "test-artifacts"
# What decides how a recipe turns out.
_SOURCES = (
    "containers",
    "contracts",
    "requirements-image.txt",
    "benchmarks/odd/models.py",
    "tests/unit/containers/direct/conftest.py",
)


def finish_once(job: JobFolder) -> JobFolder:
    """Run the job whose inputs are in its folder, or bring what an equal one left."""
    inputs = job.base / "input"
    files = sorted(path for path in inputs.rglob("*") if path.is_file())
    recipe = [(str(path.relative_to(inputs)), path.read_bytes()) for path in files]

    def run(folder: Path) -> None:
        shutil.copytree(inputs, folder / "input")
        made = JobFolder(folder)
        assert main([], made.environ()) == 0, made.failure

    return JobFolder(train_once(job.base, recipe, run))


def train_once(folder: Path, recipe: object, train: Callable[[Path], object]) -> Path:
    """Return `folder`, filled with what `train` makes, now or earlier.

    Args:
        folder: gets a copy, which tests may change.
        recipe: what the result depends on beside the project's code; its `repr` tells recipes
            apart.
        train: fills an empty folder.
    """
    name = hashlib.sha256(repr(recipe).encode()).hexdigest()[:24]
    kept = made_once(_of_this_code() / name, train)
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    return folder


@functools.cache
def _of_this_code() -> Path:
    """Return the folder of this code's artifacts; those of other code are removed."""
    digest = hashlib.sha256(sys.version.encode())
    for source in _SOURCES:
        path = _ROOT / source
        for file in sorted(path.rglob("*.*")) if path.is_dir() else [path]:
            if "__pycache__" not in file.parts and file.is_file():
                digest.update(f"{file.relative_to(_ROOT)}\0".encode() + file.read_bytes())
    folder = _KEPT / digest.hexdigest()[:24]
    folder.mkdir(parents=True, exist_ok=True)
    for other in _KEPT.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder

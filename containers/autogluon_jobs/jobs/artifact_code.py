"""Put the code that serves a model into its artifact."""

from __future__ import annotations

import shutil
from pathlib import Path

import autogluon_contracts
import autogluon_jobs
from autogluon_contracts.code.imported_modules import imported_modules
from autogluon_jobs.jobs.predictor_types import module_of

_PACKAGES = {
    package.__name__: Path(str(package.__file__)).parent
    for package in (autogluon_jobs, autogluon_contracts)
}
_PROGRAM = "inference.py"
_HANDLER = f"{autogluon_jobs.__name__}.serving.handler"
# Predictor types import what trains inside of this method.
_TRAINING = ("run_job",)


def write_code(folder: Path, kind: str, *further: str) -> None:
    """Copy the serving script, and the modules that serve the predictor, into `folder`/code.

    Each start of a server reads and hashes them, so that modules of training and of other types
    stay out.

    Args:
        folder: the artifact's.
        kind: the predictor's type.
        further: modules that someone will import from the artifact besides.

    Raises:
        ModuleNotFoundError: the type or one of these has no module.
    """
    modules = (_HANDLER, module_of(kind), *further)
    serving = imported_modules(_PACKAGES, modules, _TRAINING)
    code = folder / "code"
    code.mkdir(parents=True, exist_ok=True)
    program = _PACKAGES[autogluon_jobs.__name__].parent / _PROGRAM
    shutil.copyfile(program, code / _PROGRAM)
    for module, path in serving.items():
        package = module.partition(".")[0]
        target = code / package / path.relative_to(_PACKAGES[package])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def size_of(folder: Path) -> int:
    """Return the bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

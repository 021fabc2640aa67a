"""Put the code that serves a model into its artifact."""

from __future__ import annotations

import shutil
from pathlib import Path

import autogluon_contracts
import autogluon_jobs

_PACKAGES = (Path(autogluon_jobs.__file__).parent, Path(autogluon_contracts.__file__).parent)
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")


def write_code(folder: Path) -> None:
    """Copy the serving script and the packages that it imports into `folder`/code."""
    code = folder / "code"
    code.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_PACKAGES[0].parent / "inference.py", code / "inference.py")
    for package in _PACKAGES:
        shutil.copytree(package, code / package.name, ignore=_IGNORED, dirs_exist_ok=True)


def size_of(folder: Path) -> int:
    """Return the bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

"""The folder that SageMaker packs into `model.tar.gz`: slim, and able to serve itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from autogluon.tabular import TabularPredictor

_CODE = Path(__file__).resolve().parents[3]
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")


def write_clone(predictor: TabularPredictor, folder: Path) -> None:
    """Clone what the best model needs for predicting, and nothing else, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    predictor.clone_for_deployment(str(folder), dirs_exist_ok=True)


def write_code(folder: Path) -> None:
    """Put the serving script and this package into `folder`/code."""
    code = folder / "code"
    code.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_CODE / "inference.py", code / "inference.py")
    shutil.copytree(
        _CODE / "autogluon_jobs", code / "autogluon_jobs", ignore=_IGNORED, dirs_exist_ok=True
    )


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

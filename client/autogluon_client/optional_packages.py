"""Import the packages that only some calls need, when they need them."""

from __future__ import annotations

import importlib
from typing import Any

from autogluon_client.errors import MissingPackageError

_FRAMES = "pip install 'autogluon-cdk[frames]'"


def pandas() -> Any:
    """Return the pandas module; raises MissingPackageError."""
    return _import("pandas", "DataFrames and Series", _FRAMES)


def numpy() -> Any:
    """Return the numpy module, which pandas needs; raises MissingPackageError."""
    pandas()
    return importlib.import_module("numpy")


def pyarrow_parquet() -> Any:
    """Return the pyarrow.parquet module; raises MissingPackageError."""
    return _import("pyarrow.parquet", "Parquet", _FRAMES)


def autogluon(part: str, framework_version: str) -> Any:
    """Return a module of AutoGluon, such as `autogluon.tabular`; raises MissingPackageError."""
    command = f"pip install 'autogluon.{part}[all]=={framework_version}'"
    return _import(f"autogluon.{part}", "a local predictor", command)


def _import(module: str, purpose: str, command: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackageError(
            f"{module}, which is needed for {purpose}, cannot be imported ({error}).",
            package=module,
            install_command=command,
        ) from error

"""Packages that only some calls need, imported when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

from autogluon_client.errors import MissingPackageError


def pandas() -> Any:
    """The pandas module; raises MissingPackageError."""
    return _import("pandas", "DataFrames and Series", "pip install 'pandas>=2.2,<3'")


def pyarrow_parquet() -> Any:
    """The pyarrow.parquet module; raises MissingPackageError."""
    return _import("pyarrow.parquet", "Parquet", "pip install 'pyarrow>=18'")


def autogluon_tabular(framework_version: str) -> Any:
    """The autogluon.tabular module; raises MissingPackageError."""
    command = f"pip install 'autogluon.tabular[all]=={framework_version}'"
    return _import("autogluon.tabular", "a local predictor", command)


def _import(module: str, purpose: str, command: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackageError(
            f"{module} is needed for {purpose} and cannot be imported ({error}); install it with "
            f"`{command}`."
        ) from error

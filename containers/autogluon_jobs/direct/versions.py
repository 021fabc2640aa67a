"""The libraries whose versions decide whether the direct path equals AutoGluon."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = (
    "autogluon.tabular", "numpy", "lightgbm", "scikit-learn", "xgboost", "xgboost-cpu",
)  # fmt: skip


def installed_versions() -> dict[str, str | None]:
    """Each library's version; None where it is not installed."""
    return {name: _version(name) for name in _LIBRARIES}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

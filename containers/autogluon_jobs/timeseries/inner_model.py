"""Look behind what AutoGluon wraps around a model."""

from __future__ import annotations

from typing import Any


def inner_model(model: Any) -> Any:
    """Return what a model that was validated in windows forecasts with."""
    return getattr(model, "most_recent_model", None) or model

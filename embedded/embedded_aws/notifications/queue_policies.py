"""Keep a queue's policy when other attributes are set; moto removed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.sqs.models import Queue

_moto_set_attributes: Callable[..., None] = Queue._set_attributes


def keep_queue_policies() -> None:
    """Change `moto.sqs.models.Queue._set_attributes`; repeated calls change nothing."""
    Queue._set_attributes = _set_attributes


def _set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
    policy = getattr(self, "policy", None)
    _moto_set_attributes(self, attributes, now)
    if "Policy" not in attributes:
        self.policy = policy

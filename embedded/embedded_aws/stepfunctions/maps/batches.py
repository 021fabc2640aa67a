"""Put the items of a distributed Map together into batches, one for each child execution."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

LIMIT_BYTES = 262_144


class TooLargeError(ValueError):
    """An item alone is larger than a batch may be."""


@dataclass(frozen=True)
class ChildInput:
    """What one child execution gets: JSON text, which stands for a number of items."""

    text: str
    items: int


@dataclass(frozen=True)
class Batching:
    """The limits of ItemBatcher (None: no limit), and what every batch carries beside its items."""

    most_items: int | None
    most_bytes: int | None
    batch_input: Any = None


def as_text(value: Any) -> str:
    """Return a value as states carry it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def batched(items: Sequence[Any], batching: Batching) -> Iterator[ChildInput]:
    """Yield `{"Items": [...], "BatchInput": ...}` for as many items as fit.

    Raises:
        TooLargeError: an item does not fit into a batch of its own.
    """
    frame = {} if batching.batch_input is None else {"BatchInput": batching.batch_input}
    empty = len(as_text({"Items": [], **frame}).encode())
    limit = min(batching.most_bytes or LIMIT_BYTES, LIMIT_BYTES)
    waiting: list[Any] = []
    size = empty
    for item in items:
        length = len(as_text(item).encode()) + 1
        if empty + length - 1 > limit:
            raise TooLargeError(f"an item has {length - 1} bytes; a batch has at most {limit}")
        is_full = bool(batching.most_items) and len(waiting) == batching.most_items
        if waiting and (is_full or size + length - 1 > limit):
            yield ChildInput(as_text({"Items": waiting, **frame}), len(waiting))
            waiting, size = [], empty
        waiting.append(item)
        size += length
    if waiting:
        yield ChildInput(as_text({"Items": waiting, **frame}), len(waiting))

"""A serving script called in this process: what a request costs without any server."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from statistics import median
from typing import Any

_WARM_UP_CALLS = 20


class ServingScript:
    """`code/inference.py` of an unpacked artifact, with its model loaded."""

    def __init__(self, model: Path) -> None:
        path = model / "code" / "inference.py"
        # Each under a name of its own, because both sides' are loaded here.
        spec = importlib.util.spec_from_file_location(f"inference_{abs(hash(path))}", path)
        if spec is None or spec.loader is None:
            raise RuntimeError(f"there is no {path}")
        self._module: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._module)
        self._model = self._module.model_fn(str(model))

    def median_seconds(self, body: str, content_type: str, seconds: float) -> float:
        """The median time of a request's answer, asked again and again for so long."""
        taken: list[float] = []
        for _ in range(_WARM_UP_CALLS):
            self._module.transform_fn(self._model, body, content_type, content_type)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            started = time.perf_counter()
            self._module.transform_fn(self._model, body, content_type, content_type)
            taken.append(time.perf_counter() - started)
        return median(taken)

"""Let torchvision be imported where its operators do not load.

Python imports a module of this name at its start, in every process of the image. torchvision's
wheel needs CUDA libraries, which Torch's build for CPU lacks; without its operators, torchvision
registers shapes for two that are then unknown, and its import fails. The real image is unaffected.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

# Those that torchvision/_meta_registrations.py of 0.28 names whether its library loads or not.
_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_defined: list[Any] = []  # Torch forgets a definition whose library object is gone


class _BeforeTorchvision(MetaPathFinder):
    """Defines the operators when torchvision is first imported, and finds nothing itself."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the signature of Python's protocol
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Return None, so that the next finder imports the module."""
        if fullname == "torchvision":
            sys.meta_path.remove(self)
            _define_operators()
        return None


def _define_operators() -> None:
    """Define the schemas without code: a call of one fails with Torch's own message."""
    spec = find_spec("torchvision")
    if spec is None or spec.origin is None:
        return
    torch = import_module("torch")
    for library in Path(spec.origin).parent.glob("_C*.so"):
        try:
            torch.ops.load_library(str(library))
        except OSError:
            continue
        return
    definitions = torch.library.Library("torchvision", "FRAGMENT")
    for schema in _SCHEMAS:
        definitions.define(schema)
    _defined.append(definitions)


sys.meta_path.insert(0, _BeforeTorchvision())

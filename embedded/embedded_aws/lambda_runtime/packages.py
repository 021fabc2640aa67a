"""Provide the packages that a Lambda child may import besides its code and standard library.

AWS's Python runtime carries boto3 and what boto3 needs. A folder of links to just those, together
with an interpreter that ignores its site-packages, keeps handlers from depending on anything
else installed here.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

_ROOT_DISTRIBUTION = "boto3"


def link_runtime_packages(folder: Path) -> Path:
    """Fill `folder` with links to boto3 and its dependencies, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for distribution in sorted(_closure(_ROOT_DISTRIBUTION)):
        for source in _top_level(distribution):
            link = folder / source.name
            if not link.exists():
                link.symlink_to(source)
    return folder


def _closure(root: str) -> set[str]:
    found: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for requirement in importlib.metadata.requires(name) or []:
            if "extra ==" not in requirement:
                waiting.append(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower())
    return found


def _top_level(distribution: str) -> set[Path]:
    """Return the absolute paths of a distribution's packages, modules and metadata folder."""
    files = importlib.metadata.files(distribution) or []
    roots = {Path(str(file)).parts[0] for file in files} - {"..", "__pycache__"}
    base = Path(str(importlib.metadata.distribution(distribution).locate_file("")))
    return {base / root for root in roots}

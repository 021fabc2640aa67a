"""Keep `results/operations.md`: each benchmark of the embedded AWS writes a section of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

RESULT = Path(__file__).parents[1] / "results" / "operations.md"
_TITLE = "# Operations of the embedded AWS"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def write_section(heading: str, lines: Sequence[str], page: Path = RESULT) -> str:
    """Write a section, in place of the one of the same heading, and return the page."""
    text = page.read_text(encoding="utf-8") if page.exists() else _TITLE
    parts = _HEADING.split(text)[1:]
    sections = dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    sections[heading] = "\n".join(lines).strip()
    written = [_TITLE, *(f"## {name}\n\n{body}" for name, body in sections.items())]
    found = "\n\n".join(written) + "\n"
    page.write_text(found, encoding="utf-8")
    return found

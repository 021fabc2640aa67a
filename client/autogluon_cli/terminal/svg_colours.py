"""Let the colours of a drawn SVG file follow the reader's light or dark mode."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def follow_dark_mode(path: Path, in_the_dark: Mapping[str, str]) -> None:
    """Add a style sheet to a file that matplotlib has written.

    Args:
        in_the_dark: colour as drawn -> colour in dark mode, both as `#1f2328`.
    """
    rules = "".join(
        f'[style*="{use}: {light}"]{{{use}:{dark} !important}}'
        for light, dark in in_the_dark.items()
        for use in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<defs>", f"{style}\n <defs>", 1), encoding="utf-8")

"""Add the reference pages that are generated from code to the MkDocs site."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [
    str(ROOT / folder) for folder in (".", "contracts", "constructs", "lambda", "client")
]

from scripts.site.client_page import client_page  # noqa: E402
from scripts.site.command_line_page import command_line_page  # noqa: E402
from scripts.site.settings_page import settings_page  # noqa: E402

_GENERATED = {
    "reference/settings.md": settings_page,
    "reference/command-line.md": command_line_page,
    "reference/python-client.md": client_page,
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    for path, make in _GENERATED.items():
        files.append(File.generated(config, path, content=make()))
    return files

"""CONTRIBUTING.md and the pages for contributors name files and folders that exist."""

from __future__ import annotations

import re

import pytest

from tests.pages import ROOT, without_blocks

_PAGES = ["CONTRIBUTING.md", "SECURITY.md", "docs/explanation/architecture.md"]
_FOLDERS = "app.py|config|stacks|contracts|constructs|lambda|containers|client|embedded|demo|docs|"
_FOLDERS += "scripts|tests|benchmarks|examples|Makefile|mkdocs.yml|pyproject.toml"
_PATH = re.compile(rf"`((?:{_FOLDERS})(?:/[\w./-]*)?)(?:::?[\w.\[\]]+)?`")

# What the examples of the recipes create.
_CREATED = {"processing", "ranking"}


def _paths(page: str) -> list[str]:
    return _PATH.findall(without_blocks((ROOT / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", _PAGES)
def test_a_path_that_a_page_names_exists(page: str) -> None:
    paths = _paths(page)
    assert paths, f"{page} names no path"
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert [path for path in missing if not _CREATED & set(path.split("/"))] == []

"""The site builds without a warning, with every link and anchor, and needs no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autogluon_cli.main import COMMANDS
from autogluon_constructs.settings import Environment
from autogluon_constructs.settings.section import Section, section_at
from tests.pages import build_site

# What a browser fetches by itself, unlike a link that somebody clicks.
_FETCHED = re.compile(
    r"""<(?:script|img|source|iframe)[^>]*\bsrc=["'](?:https?:)?//|"""
    r"""<link[^>]*\brel=["']?(?:stylesheet|preconnect|icon)[^>]*\bhref=["'](?:https?:)?//"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("site"))


def test_no_page_fetches_anything_from_the_network(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    assert [str(page) for page in pages if _FETCHED.search(page.read_text())] == []


def test_the_reference_names_every_setting(site: Path) -> None:
    text = (site / "reference" / "settings.html").read_text()
    for key in set(_keys(())):
        assert f"<code>{key}</code>" in text


def test_the_reference_names_every_command_and_class(site: Path) -> None:
    commands = (site / "reference" / "command-line.html").read_text()
    for name in COMMANDS:
        assert f"Usage: agcdk {name} " in commands
    assert "cleanup_deployment" in (site / "reference" / "python-client.html").read_text()


def _keys(path: tuple[str, ...]) -> Iterator[str]:
    """All keys of the settings below a path; `x` stands for a predictor's name."""
    section = section_at(Environment, path) if path else Environment
    assert section is not None
    assert issubclass(section, Section)
    for key in section.model_fields:
        if (path, key) == ((), "name"):
            continue
        yield key
        below = (*path, key, "x") if key == "predictors" else (*path, key)
        if section_at(Environment, below) is not None:
            yield from _keys(below)

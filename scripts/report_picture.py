"""A picture of the first screen of a training run's report."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.browser import open_browser

_WIDTH, _HEIGHT = 1180, 1240


def take_report_picture(report: Path, picture: Path) -> None:
    """Write the PNG of a report, as somebody at a desk sees it first."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light")
        page.goto(report.as_uri())
        page.screenshot(path=picture)

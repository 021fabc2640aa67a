"""Pictures of the first screen of a training run's report, for light and for dark pages."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tests.e2e.browser import open_browser

# As narrow as the report still is whole: a phone shows letters of half their size.
_WIDTH, _HEIGHT, _PIXELS = 760, 900, 2
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take_report_pictures(report: Path, folder: Path) -> None:
    """Write `report-light.png` and `report-dark.png`: the report, as people see it first."""
    with open_browser() as browser:
        for scheme in SCHEMES:
            page = browser.new_page(
                viewport={"width": _WIDTH, "height": _HEIGHT},
                device_scale_factor=_PIXELS,
                color_scheme=scheme,
            )
            page.goto(report.as_uri())
            page.screenshot(path=folder / f"report-{scheme}.png")

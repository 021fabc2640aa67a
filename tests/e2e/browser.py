"""A headless Chromium that looks at a page as people do: a phone or a desk, light or dark."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from autogluon_demo.cdk import ROOT

_UNPACKED = ROOT / "tests" / "browser" / "node_modules" / ".chromium"
# The unpacked browser is for Linux on x86-64; elsewhere this names another one.
_OTHER = "CHROMIUM"
_HEIGHT = 900
_PHONE = 390  # pixels; there, tables may scroll
# The smallest letters that people still read on a phone, in CSS pixels.
_SMALLEST_LETTERS = 8.5
# WCAG 2.2, level AA: text, and the parts of a chart.
_TEXT_CONTRAST, _CHART_CONTRAST = 4.5, 3.0
_FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# What sticks out of the window, and which letters stick out of their chart. A box that scrolls may
# hold more than it shows.
_CLIPPED = """() => {
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('.scroll') && !element.classList.contains('scroll')) continue;
    if (element.closest('svg') && element.tagName !== 'svg') continue;
    const box = element.getBoundingClientRect();
    if (box.width && (box.left < -0.5 || box.right > window.innerWidth + 0.5))
      found.push(`${element.tagName}: ${element.textContent.trim().slice(0, 40)}`);
  }
  for (const text of document.querySelectorAll('svg text')) {
    const chart = text.ownerSVGElement.getBoundingClientRect(), box = text.getBoundingClientRect();
    if (box.left < chart.left - 1 || box.right > chart.right + 1 ||
        box.top < chart.top - 1 || box.bottom > chart.bottom + 1)
      found.push(`letters of a chart: ${text.textContent}`);
  }
  return found;
}"""

# Tables that scroll, and those among them whose second column is outside of what is seen first.
_CUT_TABLES = """() => [...document.querySelectorAll('.scroll > table')]
  .filter(table => table.parentElement.scrollWidth > table.parentElement.clientWidth + 1)
  .map(table => [table.querySelector('th').textContent.trim(),
    table.rows[0].cells[1].getBoundingClientRect().right <=
    table.parentElement.getBoundingClientRect().right + 1])"""

_LETTER_SIZES = """() => [...document.querySelectorAll('svg text')].map(text =>
  parseFloat(getComputedStyle(text).fontSize) *
  Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b))"""

# Letters of a chart that lie on others which run in the same direction.
_COVERED = """() => {
  const found = [];
  for (const chart of document.querySelectorAll('svg')) {
    const shown = [...chart.querySelectorAll('text')].filter(text =>
      text.textContent.trim() && text.getBoundingClientRect().width);
    const boxes = shown.map(text => {
      const at = text.getScreenCTM(), box = text.getBBox(), angle = Math.atan2(at.b, at.a);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const along = (x, y) => {
        const [right, down] = [at.a * x + at.c * y + at.e, at.b * x + at.d * y + at.f];
        return [cos * right + sin * down, cos * down - sin * right];
      };
      const [left, top] = along(box.x, box.y);
      const [right, bottom] = along(box.x + box.width, box.y + box.height);
      return {text: text.textContent.trim(), angle, left, top, right, bottom};
    });
    boxes.forEach((one, place) => boxes.slice(place + 1).forEach(other => {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      const low = Math.min(one.bottom - one.top, other.bottom - other.top);
      if (Math.abs(one.angle - other.angle) < 0.01 && wide > 2 && high > 0.5 * low)
        found.push(`${one.text} covers ${other.text}`);
    }));
  }
  return found;
}"""

_COLOURS = """() => {
  const probe = document.body.appendChild(document.createElement('span'));
  const colours = {};
  for (const name of ['paper', 'raised', 'ink', 'muted', 'accent', 'warn', 'series-1',
                      'series-2']) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
  }
  probe.remove();
  return {...colours, shown: getComputedStyle(document.body).backgroundColor
                             .match(/[0-9.]+/g).slice(0, 3).map(Number)};
}"""


@dataclass
class Look:
    """What one look at a page found."""

    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    clipped: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    page_width: int = 0
    cut_tables: dict[str, bool] = field(default_factory=dict)
    """Tables that scroll, by their first heading: whether their second column is seen."""
    letter_sizes: list[float] = field(default_factory=list)
    unnamed_images: int = 0
    colours: dict[str, list[float]] = field(default_factory=dict)

    def contrast(self, one: str, other: str) -> float:
        """The WCAG contrast ratio of two of the page's colours, 1 to 21."""
        return _contrast(self.colours[one], self.colours[other])


def contrast_of(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours as a browser computes them: `rgb(1, 2, 3)`."""
    parts = ([float(part) for part in re.findall(r"[0-9.]+", text)[:3]] for text in (one, other))
    return _contrast(*parts)


def _contrast(one: list[float], other: list[float]) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: list[float]) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The browser that `demo/set_up.py browser` installed, or the one that CHROMIUM names."""
    executable = os.environ.get(_OTHER, str(_UNPACKED / "chromium"))
    assert Path(executable).is_file(), (
        f"{executable} is no browser: run `python3 demo/set_up.py browser`, or name a Chromium in "
        f"{_OTHER}"
    )
    libraries = {
        "LD_LIBRARY_PATH": str(_UNPACKED / "lib"),
        "FONTCONFIG_FILE": str(_UNPACKED / "fonts.conf"),
    }
    environment = os.environ | ({} if _OTHER in os.environ else libraries)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=_FLAGS, env=dict(environment)
        )
        try:
            yield browser
        finally:
            browser.close()


def look_at(browser: Browser, path: Path, width: int, scheme: Any) -> Look:
    """Open the page with everything unfolded; `scheme` is `light` or `dark`."""
    look = Look()
    page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, color_scheme=scheme)
    page.on("console", lambda message: look.messages.append(message.text))
    page.on("pageerror", lambda error: look.messages.append(str(error)))
    page.on("request", lambda request: look.requests.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    look.clipped = page.evaluate(_CLIPPED)
    look.covered = page.evaluate(_COVERED)
    look.page_width = page.evaluate("document.documentElement.scrollWidth")
    look.cut_tables = dict(page.evaluate(_CUT_TABLES))
    look.letter_sizes = page.evaluate(_LETTER_SIZES)
    look.colours = page.evaluate(_COLOURS)
    images = page.get_by_role("img")
    look.unnamed_images = (
        sum(
            not (image.get_attribute("aria-label") or image.get_attribute("alt"))
            for image in images.all()
        )
        + page.locator("svg:not([role=img]), img:not([alt])").count()
    )
    page.close()
    return look


def require_right(browser: Browser, report: Path, width: int, scheme: str) -> None:
    """Assert that a report is whole and readable on such a screen."""
    look = look_at(browser, report, width, scheme)

    assert look.messages == []
    assert look.requests == [report.as_uri()]
    assert look.clipped == []
    assert look.covered == []
    if width > _PHONE:
        assert look.cut_tables == {}
    assert [name for name, has_second in look.cut_tables.items() if not has_second] == []
    assert look.page_width == width
    assert look.unnamed_images == 0
    assert min(look.letter_sizes) >= _SMALLEST_LETTERS
    assert (sum(look.colours["shown"]) < 150) == (scheme == "dark")
    for surface in ("paper", "raised", "warn"):
        assert look.contrast("ink", surface) >= _TEXT_CONTRAST
    for surface in ("paper", "raised"):
        for name in ("muted", "accent"):
            assert look.contrast(name, surface) >= _TEXT_CONTRAST
        for name in ("series-1", "series-2"):
            assert look.contrast(name, surface) >= _CHART_CONTRAST

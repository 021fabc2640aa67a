"""Look at the pictures of a page as readers see them: their size, letters and contrast."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.e2e.browser import contrast_of

_HEIGHT = 900

# Each picture with its box, its column, and whether it lies in a box of its own that scrolls.
_SHOWN = """() => [...document.querySelectorAll('article img')].map(image => {
  const box = image.getBoundingClientRect(), around = image.closest('p') ?? image.parentElement;
  const column = image.closest('article').getBoundingClientRect();
  const own = around.getBoundingClientRect();
  return {
    source: decodeURIComponent(new URL(image.currentSrc).pathname), alt: image.alt,
    loaded: image.complete && image.naturalWidth > 0, width: box.width,
    ratio: box.width / box.height, natural_ratio: image.naturalWidth / image.naturalHeight,
    starts_inside: box.left >= column.left - 0.5,
    ends_inside: box.right <= column.right + 0.5,
    scrolls: getComputedStyle(around).overflowX === 'auto' && own.right <= column.right + 0.5,
  };
})"""

# The letters and lines of a drawing: their colour, the surface below them, the size of letters.
_DRAWN = """() => {
  const drawing = document.documentElement;
  const seen = element => !element.closest('defs, clipPath, marker');
  const surfaces = [...document.querySelectorAll('rect')].filter(rect =>
    seen(rect) && getComputedStyle(rect).fill !== 'none');
  const below = (element, x, y) => {
    const under = surfaces.filter(rect => {
      const box = rect.getBoundingClientRect();
      return rect.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING &&
        x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    }).pop();
    return under ? getComputedStyle(under).fill : null;
  };
  const marks = [];
  for (const text of document.querySelectorAll('text, tspan')) {
    const box = text.getBoundingClientRect(), style = getComputedStyle(text);
    const own = [...text.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !box.width) continue;
    const surface = below(text, (box.left + box.right) / 2, (box.top + box.bottom) / 2);
    marks.push({what: text.textContent.trim().slice(0, 40), colour: style.fill, surface,
                size: parseFloat(style.fontSize)});
  }
  for (const line of document.querySelectorAll('path, line, polyline')) {
    const style = getComputedStyle(line);
    if (!seen(line) || style.stroke === 'none') continue;
    const middle = line.getPointAtLength(line.getTotalLength() / 2), at = line.getScreenCTM();
    const x = at.a * middle.x + at.c * middle.y + at.e;
    const y = at.b * middle.x + at.d * middle.y + at.f;
    marks.push({what: 'a line', colour: style.stroke, surface: below(line, x, y), size: null});
  }
  return {width: drawing.viewBox.baseVal.width, marks};
}"""


@dataclass(frozen=True)
class Page:
    """A page's pictures on one screen, and the colour that it has below them."""

    pictures: list[dict[str, Any]]
    background: str
    width: int


def look_at_pictures(browser: Browser, path: Path, width: int, scheme: Any) -> Page:
    """Open a page with its pictures loaded; `scheme` is `light` or `dark`."""
    page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, color_scheme=scheme)
    page.goto(path.as_uri())
    page.evaluate("Promise.all([...document.images].map(image => image.decode().catch(() => 0)))")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    found = Page(
        page.evaluate(_SHOWN), background, page.evaluate("document.documentElement.scrollWidth")
    )
    page.close()
    return found


@cache
def look_at_drawing(browser: Browser, path: Path, scheme: Any) -> dict[str, Any]:
    """Return a drawing's width, and its letters and lines with their colours."""
    page = browser.new_page(color_scheme=scheme)
    page.goto(path.as_uri())
    found: dict[str, Any] = page.evaluate(_DRAWN)
    page.close()
    return found


def faint_marks(drawing: dict[str, Any], background: str) -> list[str]:
    """Return the letters and lines that can hardly be told from what is below them."""
    least = {True: 4.5, False: 3.0}  # WCAG 2.2, level AA: text, and the parts of a drawing
    return [
        f"{mark['what']}: {mark['colour']} on {mark['surface'] or background}"
        for mark in drawing["marks"]
        if contrast_of(mark["colour"], mark["surface"] or background)
        < least[mark["size"] is not None]
    ]

"""The pictures of the docs can be taken: of a command that ran, and of a report."""

from __future__ import annotations

import calendar
import html
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import markdown
import pytest
from playwright.sync_api import Browser

from scripts import screenshots
from scripts.report_picture import SCHEMES, take_report_pictures
from scripts.screenshots import IMAGES, output_of, workspace
from scripts.terminal_picture import is_progress, terminal_picture
from tests.e2e.browser import open_browser
from tests.e2e.page_run import reader
from tests.e2e.pictures import faint_marks, look_at_drawing, look_at_pictures
from tests.e2e.support import Account, Trained, read_object
from tests.pages import ROOT, build_site

# Texts that lie on another one, or that begin in a box and end outside of it or of the picture.
_MISPLACED = """() => {
  const found = [], sized = element => [element, element.getBoundingClientRect()];
  const boxes = [...document.querySelectorAll('svg, rect:not(.zone)')].map(sized);
  const texts = [...document.querySelectorAll('text')].map(sized).filter(([, box]) => box.width);
  for (const [text, box] of texts) {
    const middle = (box.top + box.bottom) / 2;
    for (const [, around] of boxes)
      if (box.left >= around.left && box.left < around.right && box.right > around.right + 0.5 &&
          middle > around.top && middle < around.bottom)
        found.push(`${text.textContent.trim()} ends outside`);
  }
  texts.forEach(([text, box], at) => texts.slice(at + 1).forEach(([other, its]) => {
    const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
    const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
    if (wide > 2 && high > 0.5 * Math.min(box.height, its.height))
      found.push(`${text.textContent.trim()} covers ${other.textContent.trim()}`);
  }));
  return found;
}"""

_MONTH = re.compile(rf"\b(?:{'|'.join(filter(None, calendar.month_name))})\b")
_DRAWN_BY_HAND = {"architecture.svg", "how-it-works.svg"}
# Their tables have what other tests started, too.
_SHOWS_MORE = {"cost.svg", "models.svg"}


_OF_DOCS = re.compile(r'<img[^>]* src="(?:\.\./)*images/')
# Of letters, in CSS pixels. GitHub shows README.md, and nothing there scrolls.
_SMALLEST_LETTERS, _SMALLEST_IN_README = 8.0, 6.5
_PHONE = 390
# What GitHub's own style sheet says of pictures and of the column around them.
_GITHUB = """<!DOCTYPE html><meta charset="utf-8"><base href="{base}"><style>
body {{margin: 0; background: #fff}} article {{max-width: 1012px; margin: auto; padding: 16px}}
img {{max-width: 100%; box-sizing: content-box}} pre, table {{overflow: auto; display: block}}
@media (prefers-color-scheme: dark) {{body {{background: #0d1117}}}}
</style><article>{text}</article>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


def test_a_command_becomes_a_picture_of_what_it_printed(
    account: Account, income: Trained, tmp_path: Path
) -> None:
    command = "agcdk models income"
    output = output_of(command, workspace(tmp_path), reader(account, tmp_path))
    picture = terminal_picture(command, output).replace("&#160;", " ")
    assert "Models of income" in picture
    assert "WeightedEnsemble_L2" in picture


def test_a_report_becomes_a_picture(account: Account, income: Trained, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_bytes(read_object(account, income.output["report_uri"]))
    take_report_pictures(tmp_path / "report.html", tmp_path)
    for scheme in SCHEMES:
        content = (tmp_path / f"report-{scheme}.png").read_bytes()
        assert content.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", content[16:24])
        assert (width, height) == (1520, 1800)
        assert len(content) > 50_000  # more than an empty page


@pytest.mark.long  # only `make screenshots` writes to docs/images
@pytest.mark.usefixtures("income_is_served_as_before")
def test_the_script_takes_all_pictures_and_those_of_the_docs_show_the_same(tmp_path: Path) -> None:
    assert screenshots.main(tmp_path) == 0

    committed = {picture.name for picture in IMAGES.iterdir()} - _DRAWN_BY_HAND
    assert {picture.name for picture in tmp_path.iterdir()} == committed
    for name in sorted(committed):
        if name.endswith(".svg"):
            shown, taken = (_beginnings(folder / name) for folder in (IMAGES, tmp_path))
            assert shown - taken == set(), f"{name}: make screenshots"
            assert name in _SHOWS_MORE or taken - shown == set(), f"{name}: make screenshots"


def _beginnings(picture: Path) -> set[str]:
    """What the lines of a terminal's picture begin with, up to the first wide gap.

    Without progress, which is never twice the same, and with all numbers and months alike.
    """
    rows: dict[str, str] = {}
    texts = re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>([^<]*)</text>', picture.read_text())
    for position, text in texts:
        rows[position] = rows.get(position, "") + html.unescape(text).replace("\xa0", " ")
    lines = [row for row in rows.values() if re.search(r"\w", row) and not is_progress(row)]
    starts = (re.split(r"\s{2,}", line.strip())[0] for line in lines)
    return {re.sub(r"\d[\d.,]*", "0", _MONTH.sub("MONTH", start)) for start in starts}


@pytest.mark.parametrize("picture", sorted(IMAGES.glob("*.svg")), ids=lambda path: path.stem)
def test_no_letters_cover_others_or_leave_their_box(browser: Browser, picture: Path) -> None:
    page = browser.new_page()
    page.goto(picture.as_uri())
    found = page.evaluate(_MISPLACED)
    page.close()
    assert found == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("background", ["rgb(255, 255, 255)", "rgb(13, 17, 23)"])
@pytest.mark.parametrize("picture", sorted(IMAGES.glob("*.svg")), ids=lambda path: path.stem)
def test_letters_and_lines_stand_out_on_every_page(
    browser: Browser, picture: Path, background: str, scheme: str
) -> None:
    drawing = look_at_drawing(browser, picture, scheme)
    assert drawing["marks"]
    assert faint_marks(drawing, background) == []


@pytest.fixture(scope="module")
def shown_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages with pictures of docs/images, as they are built, and README.md as GitHub has it."""
    folder = tmp_path_factory.mktemp("pictures")
    site = build_site(folder / "site")
    pages = [page for page in site.rglob("*.html") if _OF_DOCS.search(page.read_text("utf-8"))]
    text = markdown.markdown((ROOT / "README.md").read_text("utf-8"), extensions=["fenced_code"])
    readme = folder / "README.html"
    readme.write_text(_GITHUB.format(base=f"{ROOT.as_uri()}/", text=text), "utf-8")
    return {"README": readme, **{page.relative_to(site).as_posix(): page for page in pages}}


@pytest.mark.long  # builds the site, and looks at seven pages four times
def test_every_picture_is_whole_and_readable_in_its_page(
    browser: Browser, shown_pages: dict[str, Path]
) -> None:
    seen: set[str] = set()
    wrong: list[str] = []
    for name, path in shown_pages.items():
        for scheme in SCHEMES:
            for width in (_PHONE, 1440):
                page = look_at_pictures(browser, path, width, scheme)
                where = f"{name} at {width} pixels, {scheme}"
                if page.width != width:
                    wrong.append(f"{where}: the page is {page.width} wide")
                for picture in page.pictures:
                    seen.add(Path(picture["source"]).name)
                    smallest = _SMALLEST_IN_README if name == "README" else _SMALLEST_LETTERS
                    faults = _faults(browser, picture, width, scheme, smallest)
                    wrong += [f"{where}: {picture['source']} {fault}" for fault in faults]
    assert wrong == []
    assert {picture.name for picture in IMAGES.iterdir()} - seen == set()


def _faults(
    browser: Browser, picture: dict[str, Any], width: int, scheme: str, smallest: float
) -> Iterator[str]:
    source = Path(picture["source"])
    if not picture["loaded"] or not picture["alt"]:
        yield "is not loaded, or has no description"
    fits = picture["starts_inside"] and picture["ends_inside"]
    if not fits and not (width == _PHONE and picture["starts_inside"] and picture["scrolls"]):
        yield "is wider than its column"
    if abs(picture["ratio"] - picture["natural_ratio"]) > 0.02 * picture["natural_ratio"]:
        yield "is out of shape"
    if source.suffix == ".png":
        if scheme not in source.name:
            yield f"is not the one for {scheme}"
        return
    drawing = look_at_drawing(browser, source, scheme)
    sizes = [mark["size"] for mark in drawing["marks"] if mark["size"] is not None]
    # The letters of plots are drawn as lines; tests/unit/docs/test_pictures.py bounds their width.
    if sizes and min(sizes) * picture["width"] / drawing["width"] < smallest:
        yield f"has letters of {min(sizes) * picture['width'] / drawing['width']:.1f} pixels"

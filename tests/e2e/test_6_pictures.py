"""The pictures of the docs can be taken: of a command that ran, and of a report."""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts import screenshots
from scripts.report_picture import SCHEMES, take_report_pictures
from scripts.screenshots import IMAGES, output_of, workspace
from scripts.terminal_picture import is_progress, terminal_picture
from tests.e2e.browser import open_browser
from tests.e2e.page_run import reader
from tests.e2e.support import Account, Trained, read_object

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

_DRAWN_BY_HAND = {"how-it-works.svg"}
# Their tables have what other tests started, too.
_SHOWS_MORE = {"cost.svg", "models.svg"}


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

    Without progress, which is never twice the same, and with all numbers alike.
    """
    rows: dict[str, str] = {}
    texts = re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>([^<]*)</text>', picture.read_text())
    for position, text in texts:
        rows[position] = rows.get(position, "") + html.unescape(text).replace("\xa0", " ")
    lines = [row for row in rows.values() if re.search(r"\w", row) and not is_progress(row)]
    return {re.sub(r"\d[\d.,]*", "0", re.split(r"\s{2,}", line.strip())[0]) for line in lines}


@pytest.mark.parametrize("picture", sorted(IMAGES.glob("*.svg")), ids=lambda path: path.stem)
def test_no_letters_cover_others_or_leave_their_box(browser: Browser, picture: Path) -> None:
    page = browser.new_page()
    page.goto(picture.as_uri())
    found = page.evaluate(_MISPLACED)
    page.close()
    assert found == []

"""docs/images: every picture is used, is small, needs no network, and is taken by the script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.report_picture import SCHEMES
from scripts.screenshots import COMMANDS, NOT_SHOWN
from scripts.terminal_picture import terminal_picture
from tests.pages import ROOT, pages

_LARGEST_BYTES = 300_000
# A phone of 390 pixels shows its letters at four fifths of their size.
_WIDEST_PLOT_PIXELS, _PIXELS_A_POINT = 450, 4 / 3
# GitHub shows README.md with a margin on both sides.
_PHONE_PIXELS, _SMALLEST_LETTERS = 360, 6.5
_PICTURES = sorted((ROOT / "docs" / "images").iterdir())
_PLOTS = sorted((ROOT / "benchmarks" / "results").glob("*.svg"))
_BY_HAND = {"architecture.svg", "how-it-works.svg"}
# Namespaces are names, not addresses.
_ADDRESS = re.compile(r"""(?:href|src)=["']?https?:|url\(["']?https?:|@import""")


@pytest.mark.parametrize("picture", _PICTURES, ids=lambda path: path.name)
def test_a_picture_is_small_and_needs_no_network(picture: Path) -> None:
    content = picture.read_bytes()
    assert len(content) < _LARGEST_BYTES
    assert picture.suffix == ".png" or not _ADDRESS.search(content.decode())


@pytest.mark.parametrize("plot", _PLOTS, ids=lambda path: path.name)
def test_a_plot_fits_a_phone_and_follows_dark_mode(plot: Path) -> None:
    svg = plot.read_text(encoding="utf-8")
    width = re.search(r'<svg [^>]*width="([\d.]+)pt"', svg)
    assert width
    assert float(width[1]) * _PIXELS_A_POINT <= _WIDEST_PLOT_PIXELS
    assert "@media (prefers-color-scheme: dark)" in svg


@pytest.mark.parametrize("name", sorted(_BY_HAND))
def test_a_drawing_follows_dark_mode(name: str) -> None:
    drawing = (ROOT / "docs" / "images" / name).read_text(encoding="utf-8")
    assert "@media (prefers-color-scheme:dark)" in drawing


def test_the_readmes_pictures_can_be_read_on_a_phone() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [ROOT / path for path in re.findall(r"\((docs/images/[\w-]+\.svg)\)", text)]
    assert shown
    for picture in shown:
        svg = picture.read_text(encoding="utf-8")
        width = re.search(r'viewBox="0 0 ([\d.]+) ', svg)
        assert width
        sizes = [float(size) for size in re.findall(r"font-size[:=][ \"]*([\d.]+)", svg)]
        assert min(sizes) * _PHONE_PIXELS / float(width[1]) >= _SMALLEST_LETTERS, picture.name


def test_every_picture_is_shown_and_every_shown_picture_is_there() -> None:
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in pages()]
    shown = {name for text in texts for name in re.findall(r"images/([\w.-]+)[)\"]", text)}
    assert shown == {picture.name for picture in _PICTURES}


def test_the_script_takes_every_picture_that_is_not_drawn_by_hand() -> None:
    taken = {f"{name}.svg" for name in COMMANDS if name not in NOT_SHOWN}
    taken |= {f"report-{scheme}.png" for scheme in SCHEMES}
    assert taken | _BY_HAND == {picture.name for picture in _PICTURES}


def test_a_terminals_picture_keeps_the_last_count_of_a_stack_and_carries_its_letters() -> None:
    output = "  one: 1 of 2 resources\n  one: 2 of 2 resources\nDone ─ 1\n"
    picture = terminal_picture("agcdk deploy", output)
    text = re.sub(r"&#160;", " ", picture)
    assert "1 of 2" not in text
    assert "2 of 2" in text
    assert "agcdk deploy" in text
    assert picture.count("data:font/woff;base64,") == 2
    assert not _ADDRESS.search(picture)

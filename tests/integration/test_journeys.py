"""The journeys of docs/journeys, taken again, show what their pages show."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.journeys.__main__ import main
from scripts.journeys.journey import NAMES
from scripts.journeys.page import PAGES, shape

pytestmark = pytest.mark.long


def test_taking_them_again_shows_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")  # an embedded AWS of their own
    assert main(tmp_path) == 0
    for name in NAMES:
        before, now = ((folder / f"{name}.md").read_text("utf-8") for folder in (PAGES, tmp_path))
        assert shape(now) == shape(before), f"{name}: python -m scripts.journeys"

"""One meaning for each cell: docs/reference/data-rules.md says what every side makes of it."""

from __future__ import annotations

from tests.unit.data_rules.page import PAGE, page


def test_the_page_says_what_every_side_does() -> None:
    wanted = page()
    assert PAGE.read_text(encoding="utf-8") == wanted, "run python -m tests.unit.data_rules.page"

"""The pages of the journeys have the commands of their steps, and what a terminal shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.journeys.journey import COLUMNS, FOLDER, NAMES, Done, Journey, Step, journey, shown
from scripts.journeys.page import PAGES, page, shape
from tests.pages import blocks


def test_each_journey_is_taken_and_has_its_page() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(NAMES)
    assert {path.stem for path in PAGES.glob("*.md")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_the_commands_of_its_journey(name: str) -> None:
    typed = [block.text.splitlines()[0] for block in blocks(f"docs/journeys/{name}.md")]
    steps = journey(name).steps
    assert typed == [f"$ {step.run.strip().splitlines()[0]}" for step in steps]
    assert len(steps) >= 10


def test_a_terminal_of_80_columns_is_shown(tmp_path: Path) -> None:
    code, printed = shown('echo "$COLUMNS"; printf "\\033[31mred\\033[0m\\n"; exit 3', tmp_path, {})
    assert (code, printed) == (3, f"{COLUMNS}\nred")


def test_numbers_and_chosen_names_do_not_matter_to_the_shape() -> None:
    first = "roc_auc  0.93\nWrote 12 predictions to s3://bucket-abc12345/x"
    again = "roc_auc  0.91\nWrote 9 predictions to s3://bucket-zzz98765/x"
    assert shape(first) == shape(again) == ["roc_auc", "Wrote 0 predictions to s3://bucket-ID/x"]
    assert shape("another line") != shape(first)


def test_a_page_shows_commands_with_their_output() -> None:
    step = Step("cat a\nls", say="What is there?")
    text = page(Journey("a", "A title", "An intro.", (step,)), [Done(step, "a\nb")])
    assert text.startswith("# A title\n")
    assert "What is there?\n\n```console\n$ cat a\n  ls\na\nb\n```\n" in text

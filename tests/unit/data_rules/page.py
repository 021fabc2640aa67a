"""Write docs/reference/data-rules.md from what every side does with the cases.

    python -m tests.unit.data_rules.page

A test fails while the committed page differs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.unit.data_rules.cases import CASES
from tests.unit.data_rules.outcomes import Case, outcomes

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "data-rules.md"

_WIDTH = 80  # of a line of a sample

_HEAD = """# How data is read

<!-- Written by `python -m tests.unit.data_rules.page`; do not edit. -->

A cell means the same in a file, a DataFrame and a request, for `agcdk init`, the planner, the
training container, the endpoint and batches. The rules are in
`contracts/autogluon_contracts/data/cell_rules.py`; a model keeps those that it was trained with,
because its feature schema states them. Each section below is one kind of data, with what every side
makes of it. *Endpoint* shows the values that CSV, JSON, JSON Lines and Parquet requests give alike,
*batch* those of both engines.
"""


def page() -> str:
    """Return the page's text."""
    return "\n".join([_HEAD, *(line for case in CASES for line in _section(case))])


def _section(case: Case) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        found = outcomes(case, Path(folder))
    yield f"## {case.name[0].upper()}{case.name[1:]}\n"
    yield from _sample(case)
    yield "| side | outcome |"
    yield "|---|---|"
    for side, outcome in vars(found).items():
        if outcome:
            yield f"| {side} | {_escaped(outcome)} |"
    yield ""


def _sample(case: Case) -> Iterator[str]:
    name, content = next(iter(case.files.items()))
    lines = content.splitlines() if isinstance(content, str) else [f"{name}, {len(content)} bytes"]
    yield "```text"
    yield from (line if len(line) <= _WIDTH else f"{line[:_WIDTH]}..." for line in lines[:5])
    yield "```\n"


def _escaped(outcome: str) -> str:
    return outcome.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()

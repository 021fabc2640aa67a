"""Write docs/reference/foreign-data.md: what becomes of CSV files that other people wrote.

    .venv-image/bin/python -m tests.foreign_data.page

Needs the packages of `make setup-sdks`. A long test fails while the committed page differs.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.foreign_data.journey import Outcome, read_refusal, travel
from tests.foreign_data.packages import DRAWN, INSTALLED, ROOT, csv_files, drawn

PAGE = ROOT / "docs" / "reference" / "foreign-data.md"

_HEAD = """# Data of other people

<!-- Written by `python -m tests.foreign_data.page`; do not edit. -->

`agcdk init` reads every CSV file that five packages of PyPI carry: {packages}. Fifty of them, drawn
by a fixed seed, go on: the planner inspects them, a training job trains LightGBM on them, and its
model answers the file's first rows, as they are written and as JSON, with the same predictions. The
code is that of the Lambda functions and containers, in one process. The label is the column with a
usual name, else the last one that can be a label.

`tests/e2e/test_9_foreign_data.py`, a long test too, takes the same fifty through a deployed
environment of the embedded AWS: a Train execution with the settings that `init` declares, the
promotion of its version, the endpoint, and a BatchPredict execution whose answers have to be the
endpoint's. It compares what becomes of each file with this page. It ran on 2026-12-01, and none of
the fifty failed.
"""


def page() -> str:
    """Return the page's text."""
    with tempfile.TemporaryDirectory() as folder:
        return "\n".join(_lines(csv_files(Path(folder))))


def _lines(files: Mapping[str, Path]) -> Iterator[str]:
    versions = sorted(
        path.name.removesuffix(".dist-info").replace("-", " ")
        for path in INSTALLED.glob("*.dist-info")
    )
    yield _HEAD.format(packages=", ".join(versions))
    refused = {name: read_refusal(path) for name, path in files.items()}
    yield from _init({name: sentence for name, sentence in refused.items() if sentence}, len(files))
    outcomes = {}
    for name, path in drawn(files).items():
        with tempfile.TemporaryDirectory() as folder:
            outcomes[name] = travel(path, Path(folder))
    yield from _journeys(outcomes)


def _init(refused: Mapping[str, str], count: int) -> Iterator[str]:
    by_package = Counter(name.partition("/")[0] for name in refused)
    told = ", ".join(f"{number} of {package}" for package, number in sorted(by_package.items()))
    yield f"## init: {count - len(refused)} of {count} files\n"
    yield f"The others ({told}) are refused:\n"
    yield "| file | sentence |\n|---|---|"
    for name, sentence in sorted(refused.items()):
        yield f"| {name} | {_escaped(sentence)} |"
    yield ""


def _journeys(outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    answered = [name for name, outcome in outcomes.items() if not outcome.refused_by]
    yield f"## From init to predictions: {len(answered)} of {DRAWN} files\n"
    yield "| file | label | rows | columns | outcome |\n|---|---|---:|---:|---|"
    for name, found in sorted(outcomes.items()):
        ended = (
            f"refused by {found.refused_by}: {found.sentence}"
            if found.refused_by
            else (
                f"{found.problem_type}, predicted"
                + (f"; {found.left_out} left out by init" if found.left_out else "")
            )
        )
        yield f"| {name} | {found.label} | {found.rows:,} | {found.columns} | {_escaped(ended)} |"
    yield ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()

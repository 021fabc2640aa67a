"""Write `report.html` beside a job's other results; its failure never loses the model."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from pathlib import Path

FILE_NAME = "report.html"


def write_report(render: Callable[[], tuple[str, list[str]]], folder: Path) -> list[str]:
    """Write the page into `folder`; return its warnings, or why it could not be made.

    Args:
        render: returns the page and warnings; it imports what draws charts by itself, so that a
            broken library costs the page and not the job.
        folder: where the page goes.
    """
    start = time.monotonic()
    try:
        page, warnings = render()
        (folder / FILE_NAME).write_text(page, encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - the model is worth more than its report
        traceback.print_exc()
        return [f"The report could not be made: {type(error).__name__}: {error}"]
    print(f"Report of {len(page):,} characters after {time.monotonic() - start:.1f} s", flush=True)
    return warnings

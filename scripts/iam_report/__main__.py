"""Write the IAM report.

    python -m scripts.iam_report                     from the committed recording
    python -m scripts.iam_report --recordings FOLDER commit a new recording first

`make iam-report` runs the end-to-end tests with EMBEDDED_AWS_IAM_RECORDING=FOLDER before. Exits
with 1 when an unused action has no reason or a reason has no unused action.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.iam_report.granted import ENVIRONMENT, statements_of, synthesized
from scripts.iam_report.page import PAGE, page
from scripts.iam_report.recording import load, merged, save
from scripts.iam_report.report import acknowledged, rows_of, stale, unexplained


def main(argv: list[str] | None = None) -> int:
    """Write the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts.iam_report", description=__doc__)
    parser.add_argument("--recordings", type=Path, help="folder with recordings to commit")
    options = parser.parse_args(argv)
    if options.recordings is not None:
        files = sorted(options.recordings.glob("*.json"))
        if not files:
            print(f"--recordings: {options.recordings} has no recording.", file=sys.stderr)
            return 2
        save(merged(files), prefix=f"autogluon-{ENVIRONMENT}-")
    known = acknowledged()
    rows = rows_of(statements_of(synthesized()), load(), known)
    PAGE.write_text(page(rows), encoding="utf-8")
    problems = [f"unused, without a reason: {each}" for each in unexplained(rows)]
    problems += [f"acknowledged, but used or not granted: {each}" for each in stale(rows, known)]
    for problem in problems:
        print(problem)
    print(f"{PAGE}: {len(rows)} granted actions")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""Run docs/operations/first-real-run.md and compare it with the embedded AWS.

python -m scripts.first_run --record first-run.json
    run the ten commands with the credentials of this shell, record them, and say what differs
python -m scripts.first_run --record first-run.json --as-embedded
    record the run on the embedded AWS that others are compared with
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from scripts.first_run.page import PAGE, page
from scripts.first_run.record import EMBEDDED, differences, run_steps


def main(argv: list[str] | None = None) -> int:
    """Run the commands; returns 1 if one failed or differs."""
    parser = argparse.ArgumentParser(prog="scripts.first_run", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--record", type=Path, metavar="FILE")
    what.add_argument("--page", action="store_true", help="write the page, and run nothing")
    parser.add_argument("--as-embedded", action="store_true", help="compare with nothing; keep it")
    options = parser.parse_args(argv)
    if options.page:
        PAGE.write_text(page(), "utf-8")
        return 0
    recorded = []
    for step in run_steps(os.environ, Path(__file__).parents[2]):
        recorded.append(step)
        print(f"{step['seconds']:7.1f} s  exit {step['exit_code']}  {step['command']}", flush=True)
        options.record.write_text(json.dumps(recorded, indent=1) + "\n", "utf-8")
    if options.as_embedded:
        EMBEDDED.write_text(json.dumps(recorded, indent=1) + "\n", "utf-8")
        return 0
    found = differences(recorded, json.loads(EMBEDDED.read_text("utf-8")))
    for line in found:
        print(line)
    print(f"{len(found)} differences from the embedded AWS; recorded in {options.record}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

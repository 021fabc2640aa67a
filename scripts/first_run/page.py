"""Write the page of the first run on a real account."""

from __future__ import annotations

from pathlib import Path

from scripts.first_run.record import steps

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "first-real-run.md"
_HEAD = """# Your first real run

<!-- Written by `python -m scripts.first_run --page`; do not edit. -->

Everything here was tried on the embedded AWS, and nothing on a real account: [what AWS
does](../reference/aws-behaviours.md) comes from its documents. These ten commands tell whether your
account agrees. They need Python, `make setup-deploy`, and credentials of an administrator or [the
policies of agcdk](../how-to/access.md), and cost about 0.25 USD if you do not pause. Prices are on-
demand list prices of us-east-1; minutes and costs are estimates, not measured.

| # | command | what it must show | what it costs |
|---|---|---|---|
"""
_TAIL = """
## Record it

`python -m scripts.first_run --record first-run.json` runs the ten commands one after the other with
the credentials of the shell, keeps each answer without the names, times and numbers that differ
from run to run, and prints what differs from the same run on the embedded AWS. It stops at the
first command that fails. A difference is a fault of the product or of its embedded AWS: please
report it with that file. It has no rows of data; where a command failed, it has the end of what was
printed, which may name your account and buckets.

Start with an account that has no `sandbox` environment, and end with `agcdk destroy --yes` if a
command fails.
"""


def page() -> str:
    """Return the page."""
    rows = [
        f"| {number} | `{step.command}` | {step.shows} | {step.costs} |"
        for number, step in enumerate(steps(), 1)
    ]
    return _HEAD + "\n".join(rows) + "\n" + _TAIL

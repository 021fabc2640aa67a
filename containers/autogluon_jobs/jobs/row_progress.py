"""Print the number of predicted rows, for clients that follow a batch."""

from __future__ import annotations

from autogluon_contracts.jobs.log_lines import rows_line


def print_rows(count: int) -> None:
    """Print `AGROWS rows=<count>`: so many further rows are predicted; nothing for none."""
    if count:
        # With its end in one text, so that lines of several threads do not mix.
        print(f"{rows_line(count)}\n", end="", flush=True)

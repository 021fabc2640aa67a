"""Live lines of a batch for whoever waits for it: how many rows are predicted, and nothing else."""

from __future__ import annotations

from autogluon_contracts.log_lines import rows_line


def print_rows(count: int) -> None:
    """Print `AGROWS rows=<count>`: so many further rows are predicted; nothing for none."""
    if count:
        # With its end in one text, so that lines of several threads do not mix.
        print(f"{rows_line(count)}\n", end="", flush=True)

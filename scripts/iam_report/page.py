"""The page docs/reference/iam-report.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scripts.iam_report.granted import ROOT
from scripts.iam_report.report import Row

PAGE = ROOT / "docs" / "reference" / "iam-report.md"

_HEAD = """# IAM report

<!-- Written by `make iam-report`; do not edit. -->

What the roles of the `sandbox` environment may do, and what the end-to-end tests made them do on
the embedded AWS. The counts come from a recording of those tests, committed beside the script.

**Without it**: the recorded calls are judged again with the action taken out of this one statement.
`fails` means that at least one recorded call is denied then; `-` means that none is, so that a
reason must say why the action stays. A test fails when a reason is missing or no longer needed.

Resources that nothing used are marked with 0 beside others of the same action that something used;
names in `<...>` are resources of the templates.
"""


def page(rows: Sequence[Row]) -> str:
    """Return the whole page."""
    caught = sum(row.is_caught for row in rows)
    summary = (
        f"{len(rows)} granted actions in {len({row.label for row in rows})} roles: the removal of "
        f"{caught} is caught by a recorded call, {len(rows) - caught} are kept for a reason.\n"
    )
    return "\n".join([_HEAD, summary, *_tables(rows)])


def _tables(rows: Sequence[Row]) -> Iterator[str]:
    for label in dict.fromkeys(row.label for row in rows):
        yield f"## {label}\n"
        yield "| action | resources | uses | without it | reason to keep |"
        yield "|---|---|---:|---|---|"
        for row in rows:
            if row.label == label:
                yield _line(row)
        yield ""


def _line(row: Row) -> str:
    resources = "<br>".join(
        f"`{resource}`" + (" 0" if row.count and not count else "")
        for resource, count in row.uses.items()
    )
    outcome = "fails" if row.is_caught else "-"
    reason = "" if row.is_caught else (row.reason or "")
    return f"| `{row.action}` | {resources} | {row.count} | {outcome} | {reason} |"

"""Write the section on the columns: what each is to the models, and how full it is."""

from __future__ import annotations

from autogluon_jobs.multimodal.report.report_facts import ReportFacts
from autogluon_jobs.report.number_text import percent
from autogluon_jobs.report.page_parts import Section, Table


def columns_section(facts: ReportFacts) -> Section:
    """Write a row for each feature."""
    rows = []
    for name, kind in facts.types.items():
        cells = facts.data.train[name]
        words = ""
        if kind == "text":
            words = f"{cells.dropna().astype(str).str.split().str.len().mean():.1f}"
        missing = percent(float(cells.isna().mean()))
        rows.append((name, kind, f"{cells.nunique():,}", missing, words))
    return Section(
        "columns",
        "Columns",
        "What each column is to the models; fit_args.column_types declares another type.",
        [
            Table(
                "Training rows",
                ("column", "type", "distinct values", "missing", "words, mean"),
                rows,
                frozenset(("distinct values", "missing", "words, mean")),
            )
        ],
    )

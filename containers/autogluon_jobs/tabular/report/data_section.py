"""Write the data section: sizes, suspicious columns, and the label's distribution."""

from __future__ import annotations

import pandas as pd

from autogluon_jobs.profile.columns import profile, sample_of
from autogluon_jobs.profile.distributions import number_shares, value_shares
from autogluon_jobs.profile.parts import columns_table, remark_notes, row_remarks
from autogluon_jobs.report.page_parts import Chart, Part, Section
from autogluon_jobs.tabular.report.report_facts import ReportFacts


def data_section(facts: ReportFacts) -> Section:
    """Write sizes, suspicious columns, the label's distribution and a profile of every column."""
    train = sample_of(facts.data.train)
    test = None if facts.data.test is None else sample_of(facts.data.test)
    columns = profile(facts.data.columns, train, test)
    warnings = [
        *row_remarks(train, test),
        *(text for item in columns for text in item.remarks.values()),
    ]
    parts: list[Part] = [*remark_notes(warnings)]
    parts.append(_label_chart(facts, train, test))
    parts.append(columns_table("Columns of the training rows", columns, facts.label))
    sampled = len(train) < len(facts.data.train)
    return Section("data", "Data", _lead(facts, sampled, len(warnings)), parts)


def _lead(facts: ReportFacts, sampled: bool, warnings: int) -> str:
    data = facts.data
    sizes = [f"{len(data.train):,} training rows"]
    if data.tuning is not None:
        sizes.append(f"{len(data.tuning):,} tuning rows")
    sizes.append("no test rows" if data.test is None else f"{len(data.test):,} test rows")
    lead = f"{', '.join(sizes)}, {len(facts.features)} features and the label “{facts.label}”. "
    lead += "Nothing looks suspicious." if not warnings else "Look at the remarks first."
    return lead + (" Measured on a sample of 100,000 rows." if sampled else "")


def _label_chart(facts: ReportFacts, train: pd.DataFrame, test: pd.DataFrame | None) -> Chart:
    frames = {"training": train} | ({} if test is None else {"test": test})
    labels = {name: frame[facts.label] for name, frame in frames.items()}
    if facts.is_classification:
        return value_shares(
            facts.label,
            labels,
            "classes",
            "Training and test should have about the same shares. Rare classes are learned poorly.",
        )
    return number_shares(
        facts.label, labels, "A peak at an end often means that values were capped there."
    )

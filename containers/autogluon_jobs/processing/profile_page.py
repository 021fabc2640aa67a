"""Render a profile as a page in the style of the training report."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from autogluon_contracts.documents.processing_job import ProcessingJobConfig
from autogluon_jobs.profile.columns import ColumnProfile
from autogluon_jobs.profile.distributions import number_shares, value_shares
from autogluon_jobs.profile.parts import columns_table, remark_notes
from autogluon_jobs.report.number_text import percent
from autogluon_jobs.report.page import PageHead, render_sections
from autogluon_jobs.report.page_parts import Chart, Note, Part, Section

_MOST_CHARTS = 24
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class ProfiledData:
    """What a profile found.

    Attributes:
        label: the column to predict; None where none is named, or the data lack it.
        of_classes: whether the settings say that the label's values are classes.
        train: at most 100,000 of the rows; `test` likewise.
        rows: how many rows there are in all.
        telling: sentences on columns that tell the label by themselves.
        misjudging: sentences on why the test data may misjudge a model.
        remarks: sentences on rows and columns.
        reading: sentences on how the files were read.
    """

    config: ProcessingJobConfig
    label: str | None
    label_asked: str | None
    of_classes: bool
    train: pd.DataFrame
    test: pd.DataFrame | None
    rows: int
    test_rows: int | None
    columns: tuple[ColumnProfile, ...]
    telling: tuple[str, ...]
    misjudging: tuple[str, ...]
    remarks: tuple[str, ...]
    reading: tuple[str, ...]

    @property
    def leaks(self) -> tuple[str, ...]:
        """Return the sentences for the top of the page."""
        return (*self.telling, *self.misjudging)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return all sentences, suspected leaks first."""
        return (*self.leaks, *self.remarks, *self.reading)


def render(found: ProfiledData) -> tuple[str, list[str]]:
    """Return the page, and a warning for every section that could not be made."""
    head = PageHead(
        kind="Data profile",
        predictor=found.config.predictor,
        run=found.config.job_name,
        job="processing job",
        warnings=found.leaks,
    )
    cells = found.train.size or 1
    tiles = [
        ("rows", f"{found.rows:,}"),
        ("test rows", "none" if found.test_rows is None else f"{found.test_rows:,}"),
        ("columns", f"{len(found.columns):,}"),
        ("label", found.label or "none"),
        ("missing cells", percent(float(found.train.isna().to_numpy().sum()) / cells)),
        ("remarks", f"{len(found.leaks) + len(found.remarks):,}"),
    ]
    return render_sections(
        head,
        headline(found),
        tiles,
        {
            "Columns": lambda: _columns(found),
            "Label": lambda: _label(found),
            "Distributions": lambda: _distributions(found),
            "How it was read": lambda: _reading(found),
        },
    )


def headline(found: ProfiledData) -> str:
    """Return the result in one sentence."""
    size = f"{found.rows:,} rows and {len(found.columns):,} columns"
    if found.telling:
        return f"{size}; something tells the label that may not be known later."
    if found.misjudging:
        return f"{size}; the test data may misjudge a model."
    if found.remarks:
        count = len(found.remarks)
        return f"{size}, with {count:,} remark{'' if count == 1 else 's'}."
    return f"{size}; nothing looks suspicious."


def _columns(found: ProfiledData) -> Section:
    lead = "What training would read each column as, and what is suspicious about it."
    if len(found.train) < found.rows:
        lead += " Measured on a sample of 100,000 rows."
    parts: list[Part] = [*remark_notes(found.remarks)]
    parts.append(columns_table("Columns", found.columns, found.label))
    return Section("columns", "Columns", lead, parts)


def _label(found: ProfiledData) -> Section | None:
    if found.label_asked is None:
        return None
    if found.label is None:
        note = Note(
            f"The data have no column “{found.label_asked}”, which the settings name as the label.",
            warning=True,
        )
        return Section("label", "Label", "", [note])
    [column] = [item for item in found.columns if item.feature.name == found.label]
    chart = _chart(found, column, of_classes=found.of_classes)
    lead = (
        "The columns at the top of the page tell the label by themselves."
        if found.telling
        else "No column tells the label by itself."
    )
    return Section("label", "Label", lead, [] if chart is None else [chart])


def _distributions(found: ProfiledData) -> Section | None:
    drawn: list[Chart] = []
    left_out = 0
    for item in found.columns:
        if item.feature.name == found.label:
            continue
        chart = _chart(found, item) if len(drawn) < _MOST_CHARTS else None
        if chart is None:
            left_out += 1
        else:
            drawn.append(chart)
    if not drawn:
        return None
    lead = "The solid series are the data"
    lead += "." if found.test is None else ", the dashed and hatched ones the test data."
    parts: list[Part] = [*drawn]
    if left_out:
        parts.append(
            Note(
                f"Not drawn ({left_out:,}): texts, columns with many values or none, and those "
                f"after the first {_MOST_CHARTS}."
            )
        )
    return Section("distributions", "Distributions", lead, parts)


def _chart(found: ProfiledData, item: ColumnProfile, *, of_classes: bool = False) -> Chart | None:
    """Return the column's chart; None for texts, identifiers and columns without values."""
    name, kind = item.feature.name, item.feature.kind
    present = int(found.train[name].notna().sum())
    if not present or kind == "text" or "many values" in item.remarks:
        return None
    frames = {"data": found.train[name]}
    if found.test is not None and found.test[name].notna().any():
        frames["test"] = found.test[name]
    if of_classes:
        return value_shares(name, frames, "classes", "")
    if kind in ("int", "float"):
        return number_shares(name, frames, "")
    if kind == "datetime":
        years = {rows: _years(values) for rows, values in frames.items()}
        return number_shares(name, years, "", axis=f"{name}, in years")
    return value_shares(name, frames, "values", "")


def _years(moments: pd.Series) -> pd.Series:
    since = pd.to_datetime(moments) - pd.Timestamp("1970-01-01")
    return 1970 + since.dt.total_seconds() / 86_400 / _DAYS_PER_YEAR


def _reading(found: ProfiledData) -> Section:
    notes = [Note(f"{name}: {uri}") for name, uri in found.config.inputs.items()]
    return Section(
        "reading",
        "How it was read",
        "As training would read it, by the settings of the predictor.",
        [*(Note(text) for text in found.reading), *notes],
    )

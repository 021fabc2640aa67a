"""Draft the settings of time series predictors."""

from __future__ import annotations

import click

from autogluon_cli.first_settings.drafts import Draft, Wishes
from autogluon_cli.first_settings.long_table import declare_series, find_series
from autogluon_cli.first_settings.types import TypeDraft
from autogluon_contracts.shown.scores import ShownMetric


class _TimeSeries:
    options = ("--known",)
    order = 0

    def draft(self, wishes: Wishes, *, wanted: bool) -> Draft | None:
        """Return settings where the table has a row for each series and time."""
        table, known = wishes.table, wishes.given.get("--known", ())
        series = find_series(table, wishes.label, known, wanted=wanted)
        if series is None:
            return None
        settings = declare_series(
            table,
            series,
            time_limit_seconds=wishes.time_limit_seconds,
            with_endpoint=wishes.with_endpoint,
        )
        gate = settings["quality_gate"]

        def more() -> None:
            if series.others:
                click.echo(
                    "\nName columns whose future is known, such as prices, with --known, or in "
                    "known_covariates_names."
                )

        bound = ShownMetric(gate["metric"]).bound(gate["minimum"])
        return Draft(
            settings=settings,
            label=series.target,
            why=f"{series.why}; {series.gate}",
            document={"series": dict(vars(series))},
            facts={
                "data": f"{table.path}: {table.rows:,} rows, {series.why}",
                "type": "timeseries (--type tabular takes the rows on their own)",
                "target": f"{series.target}, {series.prediction_length} steps ahead",
                "known in advance": ", ".join(series.known) or "no column",
                "known in the past": ", ".join(series.others) or "no other column",
                "quality gate": f"{bound}: {series.gate}",
            },
            more=more,
        )


DRAFT: TypeDraft = _TimeSeries()

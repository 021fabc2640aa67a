"""Find the series of a long table, and write the settings of a predictor that forecasts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from autogluon_cli.first_settings.declaration import resources
from autogluon_cli.first_settings.table import Table
from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.data.column import Column
from autogluon_contracts.data.dates import is_iso_date, iso_date
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_contracts.suggestions import did_you_mean

TYPE = "timeseries"
_TIMES = ("timestamp", "date", "ds", "datetime", "time", "day", "week", "month", "quarter", "year")
_ITEMS = ("item_id", "item", "unique_id", "series", "series_id", "id", "sku", "product", "store")
_FEWEST_STEPS = 10
# Between two steps at most -> how many steps to forecast: a day of hours, a year of months.
_HORIZONS = (
    (timedelta(hours=1), 24),
    (timedelta(days=1), 14),
    (timedelta(days=7), 8),
    (timedelta(days=31), 12),
    (timedelta(days=92), 4),
)
_OTHER_HORIZON = 3
_SLACK = 1.5  # times the error of repeating the last value, which a gate admits
_ANY_GATE = 1.0  # an error as large as the values themselves


@dataclass(frozen=True)
class Series:
    """The roles of a long table's columns, the horizon, and what repeating the last value reaches.

    `known` are columns that are known in advance, `others` those that are not. `wape` is the
    weighted absolute percentage error of repeating, over the last steps of all series; None where
    that has no errors, or nothing to compare them with.
    """

    target: str
    item: str
    time: str
    known: tuple[str, ...]
    others: tuple[str, ...]
    count: int
    prediction_length: int
    wape: float | None

    @property
    def why(self) -> str:
        """Return what was found, for people."""
        return f"{self.count:,} series of {self.target!r} by {self.item!r} and {self.time!r}"

    @property
    def admitted_error(self) -> float:
        """Return the largest WAPE that the gate admits."""
        return _ANY_GATE if self.wape is None else round(_SLACK * self.wape, 3)

    @property
    def gate(self) -> str:
        """Return what the gate admits, for people."""
        if self.wape is None:
            return "the gate admits errors as large as the values"
        return f"the gate admits {_SLACK:g} times the error of repeating the last value"


class _NotLongError(Exception):
    """A table has no row for each series and time; the text completes `<file> ...`."""


def find_series(table: Table, label: str, known: Sequence[str], *, wanted: bool) -> Series | None:
    """Return the series of a table with one row for each series and time; None without them.

    Args:
        label: the column to forecast.
        known: columns that are known in advance.
        wanted: whether the user says that it is a long table, so that another one is an error.

    Raises:
        CommandError: it is wanted, and the table has no series.
    """
    try:
        return _series(table, label, known)
    except _NotLongError as error:
        if not wanted:
            return None
        raise CommandError(
            f"{table.path} {error}; a long table has a row for each series and time, in columns "
            f"such as {_ITEMS[0]}, {_TIMES[0]} and the value to forecast.",
            again={},
        ) from error


def declare_series(
    table: Table, series: Series, *, time_limit_seconds: int, with_endpoint: bool
) -> dict[str, Any]:
    """Return an entry of `predictors:` that forecasts the series."""
    names = SeriesColumns()
    init_args: dict[str, Any] = {"target": series.target}
    if series.item != names.id_column:
        init_args["id_column"] = series.item
    if series.time != names.timestamp_column:
        init_args["timestamp_column"] = series.time
    if series.known:
        init_args["known_covariates_names"] = list(series.known)
    init_args |= {"prediction_length": series.prediction_length, "eval_metric": "WQL"}
    return {
        "type": TYPE,
        "init_args": init_args,
        "fit_args": {
            "presets": "medium_quality",
            "excluded_model_types": ["Chronos2", "Toto2"],
            "time_limit": time_limit_seconds,
        },
        **resources(table, time_limit_seconds),
        "quality_gate": {"metric": "WAPE", "minimum": -series.admitted_error},
        **({"endpoint": {"instance_type": "ml.m5.large"}} if with_endpoint else {}),
    }


def _series(table: Table, label: str, known: Sequence[str]) -> Series:
    time = _named(table, _TIMES, lambda column: column.kind == "date")
    item = _named(table, _ITEMS, lambda column: column is not time)
    target = table.column(label)
    if time is None or item is None:
        raise _NotLongError("has no columns of times and of series' names")
    if target is None or target in (item, time) or target.numbers is None:
        names = [c.name for c in table.columns if c not in (item, time)]
        raise _NotLongError(f'has no numbers in a column "{label}"{did_you_mean(label, names)}')
    others = [c.name for c in table.columns if c not in (item, time, target)]
    for name in known:
        if name not in others:
            raise _NotLongError(f'has no covariate "{name}"{did_you_mean(name, others)}')
    steps = _steps(item, time, target)
    long_enough = [series for series in steps.values() if len(series) >= _FEWEST_STEPS]
    if not long_enough:
        raise _NotLongError(f"has no series of at least {_FEWEST_STEPS} steps")
    horizon = _horizon(long_enough)
    return Series(
        target=target.name,
        item=item.name,
        time=time.name,
        known=tuple(known),
        others=tuple(name for name in others if name not in known),
        count=len(steps),
        prediction_length=horizon,
        wape=_wape_of_last_value(long_enough, horizon),
    )


def _named(table: Table, names: Sequence[str], fits: Callable[[Column], bool]) -> Column | None:
    by_name = {column.name.lower(): column for column in table.columns}
    found = (by_name[name] for name in names if name in by_name)
    return next((column for column in found if fits(column)), None)


def _steps(item: Column, time: Column, target: Column) -> dict[str, dict[datetime, float]]:
    steps: dict[str, dict[datetime, float]] = {}
    for name, text, value in zip(item.values, time.values, target.values, strict=True):
        moment = _time(text, time)
        if moment is None or not name.strip():
            raise _NotLongError("has rows without a time or a series' name")
        series = steps.setdefault(name, {})
        if moment in series:
            raise _NotLongError(f"has two rows of {name!r} at {moment.isoformat()}")
        series[moment] = _number(value, target)
    return steps


def _time(text: str, column: Column) -> datetime | None:
    stripped = text.strip()
    if not is_iso_date(stripped):
        orders = column.date_orders or ()
        stripped = (iso_date(stripped, orders[0]) if orders else None) or ""
    return datetime.fromisoformat(stripped).replace(tzinfo=None) if stripped else None


def _number(text: str, target: Column) -> float:
    try:
        return float(text)
    except ValueError:
        form = target.number_form
        plain = None if form is None or not text.strip() else form.plain(text.strip())
        return float(plain) if plain else float("nan")


def _horizon(steps: Sequence[dict[datetime, float]]) -> int:
    longest = max(map(len, steps))
    times = sorted(next(series for series in steps if len(series) == longest))
    between = sorted(b - a for a, b in pairwise(times))
    step = between[len(between) // 2]
    usual = next((count for most, count in _HORIZONS if step <= most), _OTHER_HORIZON)
    return max(1, min(usual, min(map(len, steps)) // 3))


def _wape_of_last_value(steps: Sequence[dict[datetime, float]], horizon: int) -> float | None:
    errors = total = 0.0
    for series in steps:
        values = [value for _, value in sorted(series.items()) if value == value]
        if len(values) <= horizon:
            continue
        last = values[-horizon - 1]
        errors += sum(abs(value - last) for value in values[-horizon:])
        total += sum(map(abs, values[-horizon:]))
    return errors / total if total and errors else None

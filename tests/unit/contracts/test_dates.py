"""Dates as people write them, with what may stand behind them."""

from __future__ import annotations

import pytest

from autogluon_contracts.data.dates import DateOrder, iso_date, possible_orders


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("2016-01-31 09:30:00 UTC", "year-month-day", "2016-01-31T09:30:00Z"),
        ("2016-01-31 09:30:00 GMT", "year-month-day", "2016-01-31T09:30:00Z"),
        ("2016-01-31 09:30:00 Z", "year-month-day", "2016-01-31T09:30:00Z"),
        ("2016-01-31 09:30:00 +0100", "year-month-day", "2016-01-31T09:30:00+01:00"),
        ("2016-01-31 09:30:00.125 -05:30", "year-month-day", "2016-01-31T09:30:00.125-05:30"),
        ("2016-01-31 09:30:00+00", "year-month-day", "2016-01-31T09:30:00+00:00"),
        ("2016-01-31 09:30:00,125", "year-month-day", "2016-01-31T09:30:00.125"),
        ("1/31/2016, 9:30:00 PM", "month-day-year", "2016-01-31T21:30:00"),
        ("31/1/2016 9:30 p.m.", "day-month-year", "2016-01-31T21:30:00"),
        ("31.1.2016 9:30 a. m.", "day-month-year", "2016-01-31T09:30:00"),
        ("Sun, 31 Jan 2016 09:30:00 +0100", "named-month", "2016-01-31T09:30:00+01:00"),
        ("Jan 31, 2016, 9:30 PM", "named-month", "2016-01-31T21:30:00"),
        ("01/2016", "period", "2016-01-01T00:00:00"),
        ("1/2016", "period", "2016-01-01T00:00:00"),
        ("12-2016", "period", "2016-12-01T00:00:00"),
        ("01.2016", "period", "2016-01-01T00:00:00"),
    ],
)
def test_forms_of_one_meaning_are_read(text: str, order: DateOrder, iso: str) -> None:
    assert possible_orders([text]) == (order,)
    assert iso_date(text, order) == iso


@pytest.mark.parametrize(
    "text",
    [
        "13/2016", "00/2016", "1.2016", "2016-01-31 UTC", "2016-01-31 09:30 CET",
        "2016-01-31 09:30:00 +2500", "2016-01-31 09:30:00 +0160", "2016-01-31 09:30 +1",
    ],
)  # fmt: skip
def test_others_are_not(text: str) -> None:
    assert possible_orders([text]) == ()

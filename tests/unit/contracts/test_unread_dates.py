"""Columns that look like dates and are not read as such are told with the cell that decides it."""

from __future__ import annotations

import pytest

from autogluon_contracts.data import unread_dates as module
from autogluon_contracts.data.dates import DateOrder, possible_orders
from autogluon_contracts.data.unread_dates import unread_dates

ORDER = "others have day and month in another order"
SHORT = "its year has two digits"
OUTSIDE = "its year is outside 1678 to 2261"
NO_DATE = "it is not a date"
NO_YEAR = "it has no year of four digits"
OTHER = "it is written in a way that is not read"
TIME = "it is a time without a date"
DAY_SECOND = "its day is before its month"
FOREIGN = "the name of its month is not known"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["01/31/16", "12/25/15 10:30"], {"01/31/16": SHORT, "12/25/15 10:30": SHORT}),
        (["31.01.2016", "1.2.16"], {"1.2.16": SHORT}),
        (["2016-01-31", "9999-12-31", "2017-01-01"], {"9999-12-31": OUTSIDE}),
        (["1066-10-14", "31.12.0001"], {"1066-10-14": OUTSIDE, "31.12.0001": OUTSIDE}),
        (["2016-01-31", "2016-02-30", "2016-03-01"], {"2016-02-30": NO_DATE}),
        (["31/01/2016", "30/01/2016", "01/31/2016"], {"01/31/2016": ORDER}),
        (["2016-01-31", "2016-03-01", "to be decided"], {"to be decided": NO_DATE}),
        (["2016-01-31", "some", "words", "more"], {}),
        (["1.15.0", "2.44.1"], {}),  # versions
        (["31-Jan-16", "1 févr. 17"], {"31-Jan-16": SHORT, "1 févr. 17": SHORT}),
        (["Jan-16", "16-Jan"], {"Jan-16": NO_YEAR, "16-Jan": NO_YEAR}),
        (["Q1 16", "Q2 '16"], {"Q1 16": NO_YEAR, "Q2 '16": NO_YEAR}),
        (["2016Q1", "2016Q5"], {"2016Q5": NO_DATE}),
        (
            ["31 stycznia 2016", "1 lutego 2016"],
            {"31 stycznia 2016": FOREIGN, "1 lutego 2016": FOREIGN},
        ),
        # Regular expressions that ignore case take these letters for i and s.
        (
            ["1 April 2016", "2 May 2016", "3 June 2016", "4 apr\u0131l 2016", "5 \u017fept 2016"],
            {"4 apr\u0131l 2016": NO_DATE, "5 \u017fept 2016": NO_DATE},
        ),
        (["Ford 1999", "Mars 2 2000"], {}),
        *(
            ([text], {text: OTHER})
            for text in (
                "Sun, 31 Jan 2016 10:00:00 EST",
                "2016-01-31 09:30:00 CET",
                "1/31/2016 9:30 AM PST",
                "Sun Jan 31 2016 09:30:00 GMT+0100 (CET)",
                "31/Jan/2016:09:30:00 +0100",
                "2016-01-31-09.30.00.000000",
                "31.01.2016 09.30",
                "31/01/2016 9h30",
                "Sun Jan 31 10:00:00 2016",
                "31JAN2016:10:00:00",
                "20160131T100000Z",
                "2016\u5e741\u670831\u65e5",
            )
        ),
        *(([text], {text: TIME}) for text in ("09:30", "9:30 a.m.", "9 PM", "100:59:59.5")),
        *(([text], {text: DAY_SECOND}) for text in ("2016/31/01", "2016-13-05 09:30")),
        (["2016/31/01", "2016/05/04"], {"2016/31/01": DAY_SECOND}),
        (["21:30", "3:75", "two to one"], {}),
        (["a", "b"], {}),
        ([], {}),
    ],
)
def test_the_cells_and_reasons(texts: list[str], found: dict[str, str]) -> None:
    assert unread_dates(texts) == found


def test_moments_are_judged_by_their_days_and_each_is_told() -> None:
    """A million moments of a year take no longer than its days, beside a look at each."""
    judged: list[str] = []
    known = possible_orders

    def count(texts: list[str]) -> tuple[DateOrder, ...]:
        judged.extend(texts)
        return known(texts)

    clocks = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]
    moments = [f"{month:02}/28/2016 {clock}" for month in range(1, 13) for clock in clocks]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "possible_orders", count)
        found = unread_dates([*moments, "28/01/2016 10:30", "28/01/2016 10:30 PM"])
    assert found == {"28/01/2016 10:30": ORDER, "28/01/2016 10:30 PM": ORDER}
    assert len(judged) <= 14


@pytest.mark.parametrize("clock", ["24:00", "10:60", "13:00 PM", "0:30 AM", "10:30\n"])
def test_a_moment_that_no_clock_shows_is_not_read(clock: str) -> None:
    text = f"01/31/2016 {clock}"
    assert unread_dates(["01/30/2016 10:30", "01/29/2016", text]) == {text: NO_DATE}

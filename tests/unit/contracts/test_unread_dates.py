"""Columns that look like dates and are not read as such are told with the cell that decides it."""

from __future__ import annotations

import pytest

from autogluon_contracts.data.dates import unread_dates

ORDER = "others have day and month in another order"
SHORT = "its year has two digits"
OUTSIDE = "its year is outside 1678 to 2261"
NO_DATE = "it is not a date"


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
        (["a", "b"], {}),
        ([], {}),
    ],
)
def test_the_cells_and_reasons(texts: list[str], found: dict[str, str]) -> None:
    assert unread_dates(texts) == found

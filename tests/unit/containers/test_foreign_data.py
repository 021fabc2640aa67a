"""Files that other people wrote, from `agcdk init` to predictions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.foreign_data.journey import Outcome, travel
from tests.foreign_data.packages import INSTALLED, ROOT

FILES = ROOT / "tests" / "foreign_data" / "files"
# What each file has that others do not.
EXPECTED = {
    # Row names; two columns that tell the label or name each row.
    "Cars93.csv": Outcome("Price", "regression", 93, 27, 2),
    "airquality.csv": Outcome("Day", "regression", 153, 6),  # NA among numbers
    "anes96.csv": Outcome("'vote'", "binary", 944, 10),  # names in single quotes
    "birthwt.csv": Outcome("bwt", "regression", 189, 10),  # the row numbers of a subset
    "elec_equip.csv": Outcome("STS.M.I7.W.TOVT.NS0016.4.000", "regression", 257, 2),  # Jan-1-1995
    "iris.csv": Outcome("virginica", "multiclass", 150, 5),  # numbers among the names
    "la-riots.csv": Outcome("latitude", "regression", 63, 11, 1),  # addresses, few rows
    "mtcars.csv": Outcome("carb", "multiclass", 32, 11),  # row names, classes of one row
    "organ_donation.csv": Outcome("Rate", "regression", 162, 3),
    "seattle-weather.csv": Outcome("weather", "multiclass", 1461, 6),  # 2012/01/31
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_ten_files_get_from_init_to_predictions(name: str, tmp_path: Path) -> None:
    assert travel(FILES / name, tmp_path) == EXPECTED[name]


@pytest.mark.long
def test_the_page_says_what_becomes_of_five_packages_files() -> None:
    from tests.foreign_data.page import PAGE, page

    assert INSTALLED.is_dir(), "run make setup-sdks"
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.foreign_data.page"

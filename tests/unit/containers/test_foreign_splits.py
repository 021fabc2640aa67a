"""Files that other people wrote, split by chance: only groups and series are named."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.split_leaks import holds_groups, split_warnings
from autogluon_jobs.data.training_frames import TrainingData, prepare_data
from autogluon_jobs.messages.errors import InputError
from tests.foreign_data.packages import INSTALLED, csv_files

_LARGEST_BYTES = 3_000_000
_R = "pydataset/resources/rdata/csv/"
# What each row is, by which a split by chance gives the answers away.
EXPECTED = {
    # a person, household or town in several years
    f"{_R}COUNT/rwm5yr.csv": "id",
    f"{_R}Ecdat/MunExp.csv": "id",
    f"{_R}MASS/bacteria.csv": "ID",
    f"{_R}MASS/epil.csv": "subject",
    f"{_R}MASS/housing.csv": "id",
    f"{_R}car/Blackmoor.csv": "subject",
    f"{_R}geepack/ohio.csv": "id",
    f"{_R}multgee/housing.csv": "id",
    # a moment of a price, a rate, a temperature
    f"{_R}Ecdat/Cigar.csv": "year",
    f"{_R}Ecdat/DM.csv": "date",
    f"{_R}Ecdat/Garch.csv": "date",
    f"{_R}Ecdat/Pound.csv": "date",
    f"{_R}Ecdat/Yen.csv": "date",
    f"{_R}Ecdat/bankingCrises.csv": "year",
    f"{_R}HistData/Arbuthnot.csv": "Year",
    f"{_R}ggplot2/economics.csv": "date",
    f"{_R}plm/Cigar.csv": "year",
    "statsmodels/co2/co2.csv": "date",
    "statsmodels/interest_inflation/E6.csv": "year",
    "vega_datasets/_data/seattle-temps.csv": "date",
}


@pytest.mark.long
def test_only_groups_and_series_are_named_in_eight_hundred_files(tmp_path: Path) -> None:
    assert INSTALLED.is_dir(), "run make setup-sdks"
    read = 0
    named: dict[str, str] = {}
    for name, path in csv_files(tmp_path).items():
        if path.stat().st_size > _LARGEST_BYTES:
            continue
        found = _prepared(path)
        if found is not None:
            read += 1
            data, label = found
            columns = [re.findall(r'"([^"]+)"', text)[0] for text in _warnings(data, label)]
            named |= {name: columns[0]} if columns else {}
    assert read > 750
    assert named == EXPECTED


# Columns as they are called where they come from, or would be: whether they hold groups.
COLUMNS = [
    (f"{_R}MASS/epil.csv", "subject", "subject", True),
    (f"{_R}MASS/bacteria.csv", "ID", "patientId", True),
    (f"{_R}HistData/GaltonFamilies.csv", "family", "family", True),
    (f"{_R}COUNT/rwm5yr.csv", "id", "id", True),
    (f"{_R}plyr/baseball.csv", "id", "id", True),
    (f"{_R}lme4/VerbAgg.csv", "id", "respondent_id", True),
    (f"{_R}Ecdat/Yogurt.csv", "id", "household", True),
    (f"{_R}Ecdat/Ketchup.csv", "Ketchup.hid", "shopper_id", True),
    (f"{_R}Ecdat/Ketchup.csv", "Ketchup.id", "Ketchup.id", False),  # 24 products
    (f"{_R}Ecdat/Tuna.csv", "Tuna.id", "Tuna.id", False),  # 64 products
    (f"{_R}Zelig/immi1.csv", "prtyid", "party_id", False),
    (f"{_R}Ecdat/Benefits.csv", "state", "state_id", False),
    ("vega_datasets/_data/airports.csv", "state", "state_code", False),
    (f"{_R}HSAUR/Forbes2000.csv", "country", "country_code", False),
    ("causaldata/gapminder/gapminder.csv", "country", "country_code", False),
    ("causaldata/gapminder/gapminder.csv", "continent", "group", False),
]


@pytest.mark.long
def test_real_columns_of_units_are_told_from_lists(tmp_path: Path) -> None:
    assert INSTALLED.is_dir(), "run make setup-sdks"
    files = csv_files(tmp_path)
    for path, column, name, are_groups in COLUMNS:
        values = pd.read_csv(files[path], usecols=[column])[column]
        assert holds_groups(name, values) is are_groups, (path, column)


def _prepared(path: Path) -> tuple[TrainingData, str] | None:
    """The file's rows with its last column that can be a label."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / path.name).write_bytes(path.read_bytes())
        try:
            table = load_channel("train", Path(folder))
        except InputError:
            return None
    for label in reversed(table.columns[1:]):
        try:
            return prepare_data({"train": table}, label), label
        except InputError:
            continue
    return None


def _warnings(data: TrainingData, label: str) -> list[str]:
    rows = data.train.sample(frac=1, random_state=7).reset_index(drop=True)
    cut = len(rows) * 3 // 4
    return list(split_warnings(rows[:cut], rows[cut:].reset_index(drop=True), label))

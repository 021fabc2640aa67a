"""Files that other people wrote, split by chance: only groups and series are named."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.split_leaks import split_warnings
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

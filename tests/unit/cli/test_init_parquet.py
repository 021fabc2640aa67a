"""`agcdk init` of Parquet files and of folders: as of the same rows in CSV."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_cli.first_settings.table import read_table
from tests.unit.cli.terminal import Terminal

ROWS = 60
NUMBERS = [at * 37 % 101 for at in range(ROWS)]
LABELS = ["yes" if at % 4 == 0 else "no" for at in range(ROWS)]
BERLIN = dt.timezone(dt.timedelta(hours=1))


def _shop() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": [f"o{at * 7919 % 1000}-{at}" for at in range(ROWS)],
            "amount": [None if at % 7 == 0 else at * 37 % 101 + 0.5 for at in range(ROWS)],
            "items": NUMBERS,
            "paid": [at % 3 == 0 for at in range(ROWS)],
            "shop": pd.Categorical(["north" if at % 3 else "south" for at in range(ROWS)]),
            "country": ["DE"] * ROWS,
            "ordered": pd.date_range("2024-01-31 23:30", periods=ROWS, tz="Europe/Berlin"),
            "note": [f"a few words {at} about it" if at % 5 else None for at in range(ROWS)],
            "refunded": ["y" if at % 4 == 0 else "n" for at in range(ROWS)],
            "label": LABELS,
        }
    )


def _written(name: str, **columns: Any) -> str:
    pq.write_table(pa.table({**columns, "n": NUMBERS, "y": LABELS}), name)
    return name


def _told(terminal: Terminal, file: str, name: str, label: str = "label") -> dict[str, Any]:
    told: dict[str, Any] = terminal.json("init", file, "--label", label, "--predictor", name)
    return {key: told[key] for key in ("rows", "columns", "suspicions", "settings")}


def test_parquet_gives_the_settings_of_the_same_rows_in_csv(terminal: Terminal) -> None:
    _shop().to_csv("shop.csv", index=False)
    _shop().to_parquet("shop.parquet")
    of_csv = _told(terminal, "shop.csv", "one")
    assert _told(terminal, "shop.parquet", "two") == of_csv
    ignored = of_csv["settings"]["init_args"]["learner_kwargs"]["ignored_columns"]
    assert ignored == ["order_id", "refunded"]


@pytest.mark.parametrize(
    ("column", "kind", "distinct"),
    [
        (pa.array([Decimal("1.25"), Decimal("2.50")] * 30, pa.decimal128(10, 2)), "number", 2),
        (pa.array([2**64 - 1, 5] * 30, pa.uint64()), "category", 2),
        (pa.array([3, None] * 30, pa.uint8()), "whole number", 1),
        (pa.array([1.5, float("nan"), None] * 20), "number", 1),
        (pa.array([1.5, 2] * 30, pa.float16()), "number", 2),
        (pa.array(["7", "8"] * 30), "whole number", 2),
        (pa.array(["2024-01-31", "2024-02-01"] * 30, pa.large_string()), "date", 2),
        (pa.array(["a", "b"] * 30).dictionary_encode(), "category", 2),
        (pa.array(["7", "8"] * 30).dictionary_encode(), "category", 2),
        (pa.array([7, 8] * 30).dictionary_encode(), "whole number", 2),
        (pa.array([dt.date(2024, 1, 31), None] * 30), "date", 1),
        (pa.array([1706654021123456789] * 60, pa.timestamp("ns")), "date", 1),
        (pa.array([1706654021] * 60, pa.timestamp("s", "Europe/Berlin")), "date", 1),
        (pa.array([True, False, None] * 20), "category", 2),
        (pa.nulls(60), "empty", 0),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else str(value),
)
def test_a_column_is_of_the_kind_that_its_type_says(
    tmp_path: Path, column: pa.Array, kind: str, distinct: int
) -> None:
    found = read_table(Path(_written(str(tmp_path / "t.parquet"), v=column))).column("v")
    assert found is not None
    assert (found.kind, len(found.distinct)) == (kind, distinct)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (pa.array([[1, 2]] * 60), "has structs, lists or maps in column 'v'"),
        (pa.array([{"a": 1}] * 60), "has structs, lists or maps in column 'v'"),
        (pa.array([b"x"] * 60), "has bytes in column 'v', which no predictor takes"),
        (pa.array([dt.time(1, 2)] * 60), "has times of day in column 'v'"),
        (pa.array([dt.timedelta(1)] * 60), "has durations in column 'v'"),
        (pa.array([1.5, float("-inf")] * 30), "has '-inf' in column 'v', row 2, which is not a"),
        (
            pa.array([dt.datetime(9999, 12, 31)] * 60),
            "has '9999-12-31 00:00:00.000000' in column 'v', row 1, outside the years 1678 to 2261",
        ),
    ],
)
def test_what_no_predictor_takes_is_refused_by_column(
    terminal: Terminal, column: pa.Array, sentence: str
) -> None:
    code, _, err = terminal.run("init", _written("t.parquet", v=column), "--label", "y", "--yes")
    assert code == 2
    assert f"t.parquet {sentence}" in err


def test_the_index_of_pandas_is_left_out_and_told(terminal: Terminal) -> None:
    frame = _shop().set_index("order_id")
    frame.to_parquet("shop.parquet")
    code, out, err = terminal.run("init", "shop.parquet", "--label", "label", "--yes")
    assert code == 0, err
    assert "60 rows, 9 columns (pandas' index order_id: left out)" in " ".join(out.split())
    frame.reset_index(drop=True).iloc[[5, *range(40)]].to_parquet(
        "half.parquet"
    )  # __index_level_0__
    assert read_table(Path("half.parquet")).stored_index == ("__index_level_0__",)


def test_a_column_twice_is_refused(terminal: Terminal) -> None:
    columns = [pa.array(NUMBERS), pa.array(NUMBERS), pa.array(LABELS)]
    pq.write_table(pa.table(columns, names=["v", "v", "y"]), "t.parquet")
    code, _, err = terminal.run("init", "t.parquet", "--label", "y", "--yes")
    assert (code, "t.parquet has the column 'v' more than once." in err) == (2, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PAR1", "is not a valid Parquet file"),
        (b"PAR1" + bytes(40) + b"PARE", "is encrypted Parquet, which is unsupported"),
        (b"a,b\n1,2\n", "is not Parquet. If it is CSV, name it t.csv."),
    ],
)
def test_what_is_not_parquet_is_told(terminal: Terminal, content: bytes, sentence: str) -> None:
    Path("t.parquet").write_bytes(content)
    code, _, err = terminal.run("init", "t.parquet", "--label", "y", "--yes")
    assert (code, f"t.parquet {sentence}" in err) == (2, True), err


def test_only_the_first_rows_are_read_and_the_instance_fits_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("table", "first_rows", "parquet_rows"):
        monkeypatch.setattr(f"autogluon_cli.first_settings.{module}.MOST_ROWS", 25)
    _shop().to_csv(tmp_path / "shop.csv", index=False)
    _shop().to_parquet(tmp_path / "shop.parquet", row_group_size=10)
    table = read_table(tmp_path / "shop.parquet")
    assert (table.rows, table.is_whole) == (25, False)
    assert table.csv_bytes == pytest.approx((tmp_path / "shop.csv").stat().st_size, rel=0.2)


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".jsonl", ""])
def test_a_folder_of_parts_is_one_table(terminal: Terminal, ending: str) -> None:
    write = {
        ".parquet": lambda rows, path: rows.to_parquet(path, index=False),
        ".jsonl": lambda rows, path: rows.to_json(path, orient="records", lines=True),
    }.get(ending, lambda rows, path: rows.to_csv(path, index=False))
    rows = _shop().drop(columns=["ordered", "paid"])
    Path("shop").mkdir()
    Path("shop/_SUCCESS").touch()
    Path("shop/.part-0.crc").write_bytes(b"crc")
    write(rows.iloc[:20], Path(f"shop/part-0{ending}"))
    write(rows.iloc[20:, ::-1], Path(f"shop/part-1{ending}"))
    rows.to_csv("whole.csv", index=False)
    assert _told(terminal, "shop", "one") == _told(terminal, "whole.csv", "two")


def test_parts_that_differ_are_refused(terminal: Terminal) -> None:
    Path("shop").mkdir()
    rows = _shop()
    rows.to_parquet("shop/0.parquet")
    rows.drop(columns="items").to_parquet("shop/1.parquet")
    code, _, err = terminal.run("init", "shop", "--label", "label", "--yes")
    assert code == 2
    assert "shop/1.parquet has different columns than 0.parquet: missing items; added none." in err
    rows.assign(items=rows["items"].astype(str)).to_parquet("shop/1.parquet")
    _, _, err = terminal.run("init", "shop", "--label", "label", "--yes")
    assert "shop/1.parquet has another type in column 'items' than 0.parquet" in err
    rows.to_csv("shop/1.csv")
    _, _, err = terminal.run("init", "shop", "--label", "label", "--yes")
    assert "shop mixes formats: 0.parquet is parquet, 1.csv is csv." in err


def test_the_names_of_folders_are_not_columns_which_is_told(terminal: Terminal) -> None:
    Path("shop/year=2024").mkdir(parents=True)
    _shop().to_parquet("shop/year=2024/part-0.parquet")
    code, out, err = terminal.run("init", "shop", "--label", "label", "--yes")
    assert code == 0, err
    assert "(the folder's name year=2024 is not read as one)" in " ".join(out.split())


def test_an_empty_folder_is_refused(terminal: Terminal) -> None:
    Path("shop").mkdir()
    code, _, err = terminal.run("init", "shop", "--label", "label", "--yes")
    assert (code, "shop holds no data files." in err) == (2, True)


def test_numbers_that_are_texts_are_numbers_as_in_csv(terminal: Terminal) -> None:
    file = _written("t.parquet", v=pa.array([f"{at * 7 % 53}.5" for at in range(ROWS)]))
    code, out, err = terminal.run("init", file, "--label", "v", "--yes", "--json")
    assert code == 0, err
    assert json.loads(out)["settings"]["init_args"]["problem_type"] == "regression"


def test_numbers_that_are_categories_are_no_label_of_regression(terminal: Terminal) -> None:
    numbers = pa.array([f"{at}.5" for at in range(ROWS)]).dictionary_encode()
    file = _written("t.parquet", v=numbers)
    code, _, err = terminal.run("init", file, "--label", "v", "--yes")
    assert code == 2
    assert "--label: column 'v' holds numbers that are stored as categories." in err

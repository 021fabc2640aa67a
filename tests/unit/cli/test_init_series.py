"""`agcdk init` on long tables: it finds the series, and settings that forecast them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from autogluon_constructs.settings import load_environment
from tests.unit.cli.terminal import Terminal

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(60)]


def _long(name: str, *, header: str = "store,date,sales,promo", twice: bool = False) -> str:
    rows = [f"{item},{day},{n % 7 + 10},{n % 2}" for item in "ab" for n, day in enumerate(DAYS)]
    Path(name).write_text("\n".join([header, *rows, *([rows[-1]] if twice else [])]) + "\n")
    return name


def test_rows_of_series_are_forecast(terminal: Terminal) -> None:
    told = terminal.json("init", _long("shop.csv"), "--label", "sales", "--known", "promo")
    environment = load_environment("sandbox", Path("config"))
    predictor = environment.predictors["shop"]
    assert predictor.type == "timeseries"
    assert dict(predictor.init_args) == {
        "target": "sales", "id_column": "store", "timestamp_column": "date",
        "known_covariates_names": ["promo"], "prediction_length": 14, "eval_metric": "WQL",
    }  # fmt: skip
    assert (told["series"]["known"], told["series"]["others"]) == (["promo"], [])
    gate = predictor.quality_gate
    assert gate is not None
    assert gate.metric == "WAPE"
    assert gate.minimum is not None
    assert -1 < gate.minimum < 0
    _, out, _ = terminal.run("init", "shop.csv", "--label", "sales", "--predictor", "two")
    assert "2 series of 'sales' by 'store' and 'date'" in out
    assert "Name columns whose future is known" in out
    assert "WAPE at most 0." in out


@pytest.mark.parametrize("options", [["--type", "tabular"], ["--problem-type", "regression"]])
def test_rows_may_be_taken_on_their_own(terminal: Terminal, options: list[str]) -> None:
    terminal.json("init", _long("shop.csv"), "--label", "sales", *options)
    assert load_environment("sandbox", Path("config")).predictors["shop"].type == "tabular"


@pytest.mark.parametrize(
    ("table", "label", "sentence"),
    [
        ({"header": "shop,date,sales,promo"}, "sales", "no columns of times and of series' names"),
        ({"twice": True}, "sales", "has two rows of 'b' at 2026-03-01T00:00:00"),
        ({}, "date", 'has no numbers in a column "date"'),
        ({}, "promo", 'has no covariate "promo"'),
    ],
)
def test_another_table_is_refused_where_series_are_wanted(
    terminal: Terminal, table: dict[str, str], label: str, sentence: str
) -> None:
    file = _long("shop.csv", **table)  # type: ignore[arg-type]
    code, _, err = terminal.run("init", file, "--label", label, "--known", "promo")
    assert code == 2
    assert sentence in err


@pytest.mark.parametrize("series", [["--known", "promo"], ["--type", "timeseries"]])
@pytest.mark.parametrize("rows", [["--keep", "store"], ["--problem-type", "regression"]])
def test_options_of_rows_and_of_series_exclude_each_other(
    terminal: Terminal, series: list[str], rows: list[str]
) -> None:
    code, _, err = terminal.run("init", _long("shop.csv"), "--label", "sales", *series, *rows)
    assert code == 2
    assert f"{rows[0]} is for --type tabular" in err or f"{rows[0]} for tabular" in err
    assert "timeseries" in err
    assert not Path("config/sandbox.yaml").exists()


@pytest.mark.parametrize(
    ("value", "minimum", "sentence"),
    [
        (lambda n: n % 7 + 10, -0.5, "the gate admits 1.5 times the error of repeating the last"),
        (lambda _: 5, -1.0, "the gate admits errors as large as the values"),
    ],
)
def test_the_settings_say_what_the_gate_admits(
    terminal: Terminal, value: Callable[[int], int], minimum: float, sentence: str
) -> None:
    rows = [f"{item},{day},{value(n)}" for item in "ab" for n, day in enumerate(DAYS)]
    Path("shop.csv").write_text("\n".join(["store,date,sales", *rows]) + "\n")
    _, out, _ = terminal.run("init", "shop.csv", "--label", "sales", "--type", "timeseries")
    gate = load_environment("sandbox", Path("config")).predictors["shop"].quality_gate
    assert gate is not None
    assert gate.minimum is not None
    assert gate.minimum == minimum or minimum < gate.minimum < 0
    assert sentence in out
    assert sentence in Path("config/sandbox.yaml").read_text()
    assert "guessing" not in Path("config/sandbox.yaml").read_text()

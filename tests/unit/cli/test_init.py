"""`agcdk init`: what it finds in a CSV file, and what it writes."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from autogluon_cli.framework.shell_line import shell_line
from autogluon_constructs.catalogues.images import find_image
from autogluon_constructs.settings import ServerlessEndpoint, load_environment
from autogluon_contracts.data.column import Column
from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.labelled_rows import keep_labelled
from tests.pages import ROOT
from tests.unit.cli.terminal import Terminal


def _write(name: str, columns: dict[str, list[Any]]) -> str:
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *[",".join(str(cell) for cell in row) for row in rows]]
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("\n".join(lines) + "\n")
    return name


def _shop(rows: int = 60) -> dict[str, list[Any]]:
    return {
        "order_id": [f"o{n * 7919 % 1000}-{n}" for n in range(rows)],
        "amount": [n * 37 % 101 + 0.5 for n in range(rows)],
        "items": [n * 3 % 7 for n in range(rows)],
        "shop": ["north" if n % 3 else "south" for n in range(rows)],
        "country": ["DE"] * rows,
        "refunded": ["yes" if n % 4 == 0 else "no" for n in range(rows)],
        "label": [int(n % 4 == 0) for n in range(rows)],
    }


def test_ids_and_leaks_are_left_out_and_constants_are_told(terminal: Terminal) -> None:
    told = terminal.json("init", _write("shop.csv", _shop()), "--label", "label")
    kinds = {suspicion["column"]: suspicion["kind"] for suspicion in told["suspicions"]}
    assert kinds == {"order_id": "id", "country": "constant", "refunded": "leak"}
    arguments = told["settings"]["init_args"]
    assert arguments["learner_kwargs"] == {"ignored_columns": ["order_id", "refunded"]}
    assert arguments["problem_type"] == "binary"
    environment = load_environment("sandbox", Path("config"))
    assert dict(environment.predictors["shop"].init_args) == arguments


def test_of_many_suspicious_columns_the_kinds_are_counted(terminal: Terminal) -> None:
    columns = _shop() | {f"always_{n}": ["x"] * 60 for n in range(1500)}
    code, out, err = terminal.run("init", _write("shop.csv", columns), "--label", "label", "--yes")
    assert code == 0, err
    assert "And 1,473 constant; --json has them all." in out
    assert len(out.splitlines()) < 130


def test_an_endpoint_may_be_serverless(terminal: Terminal) -> None:
    file = _write("shop.csv", _shop())
    terminal.json("init", file, "--label", "label", "--serverless")
    endpoint = load_environment("sandbox", Path("config")).predictors["shop"].endpoint
    assert isinstance(endpoint, ServerlessEndpoint)
    code, _, err = terminal.run("init", file, "--label", "label", "--serverless", "--no-endpoint")
    assert code == 2
    assert "--serverless is for an endpoint" in err


def test_long_texts_are_read(terminal: Terminal) -> None:
    rows = _shop() | {"review": [f"{n} {'very ' * 40_000}good" for n in range(60)]}

    told = terminal.json("init", _write("shop.csv", rows), "--label", "label")

    assert told["rows"] == 60


def test_what_the_user_keeps_or_ignores_decides(terminal: Terminal) -> None:
    file = _write("shop.csv", _shop())
    options = ["--label", "label", "--keep", "refunded", "--ignore", "shop"]
    told = terminal.json("init", file, *options)
    ignored = told["settings"]["init_args"]["learner_kwargs"]["ignored_columns"]
    assert set(ignored) == {"order_id", "shop"}


@pytest.mark.parametrize(
    ("values", "problem_type", "gate"),
    [
        ([n % 2 for n in range(60)], "binary", ("roc_auc", 0.6)),
        (["abcb"[n % 4] for n in range(60)], "multiclass", ("accuracy", 0.5)),
        ([n * 1.5 for n in range(60)], "regression", ("r2", 0.0)),
        (list(range(60)), "regression", ("r2", 0.0)),
        ([n % 5 for n in range(60)], "multiclass", ("accuracy", 0.2)),
    ],
)
def test_the_labels_values_say_which_problem_it_is(
    terminal: Terminal, values: list[Any], problem_type: str, gate: tuple[str, float]
) -> None:
    columns = {"x": [n * 37 % 11 for n in range(60)], "y": values}
    settings = terminal.json("init", _write("t.csv", columns), "--label", "y")["settings"]
    assert settings["init_args"]["problem_type"] == problem_type
    assert (settings["quality_gate"]["metric"], settings["quality_gate"]["minimum"]) == gate


@pytest.mark.parametrize(
    ("values", "metric", "calibrated"),
    [
        ([n % 2 for n in range(60)], "roc_auc", True),
        (["abcb"[n % 4] for n in range(60)], "log_loss", True),
        ([n * 1.5 for n in range(60)], "root_mean_squared_error", False),
    ],
)
def test_probabilities_are_made_to_be_believed(
    terminal: Terminal, values: list[Any], metric: str, calibrated: bool
) -> None:
    columns = {"x": [n * 37 % 11 for n in range(60)], "y": values}
    terminal.json("init", _write("t.csv", columns), "--label", "y")
    predictor = load_environment("sandbox", Path("config")).predictors["t"]
    assert predictor.init_args["eval_metric"] == metric
    assert predictor.fit_args.get("calibrate", False) is calibrated


def test_the_image_of_today_is_written(terminal: Terminal) -> None:
    settings = terminal.json("init", _write("shop.csv", _shop()), "--label", "label")["settings"]
    assert settings["framework_version"] == find_image("latest", "cpu").version
    written = yaml.safe_load(Path("config/sandbox.yaml").read_text())["predictors"]["shop"]
    assert written["framework_version"] == settings["framework_version"]


@pytest.mark.parametrize(("labels", "code"), [("abcde", 2), ("ab ab a", 2), ("ababab", 0)])
def test_five_rows_are_too_few(terminal: Terminal, labels: str, code: int) -> None:
    """Rows without a label do not count."""
    numbers = [n * 37 % 101 for n in range(len(labels))]
    y = [label.strip() and {"a": 1.5, "b": 2.5}.get(label, 3.5) for label in labels]
    file = _write("few.csv", {"x": numbers, "y": y})
    found, _, err = terminal.run("init", file, "--label", "y", "--problem-type", "regression")
    assert found == code
    assert (not code) or "has a value in 5 rows; allowed: at least 6, because models" in err


# Each as a label's values: NA and the like are missing, and 01 is a code.
LABELS: dict[str, tuple[list[str], str]] = {
    "names of which one is a mark": (["None", "Mild", "Severe"], "binary"),
    "two names and a mark": (["yes", "no", "NA"], "binary"),
    "two names and a gap": (["yes", "no", ""], "binary"),
    "numbers and a mark": ([*map(str, range(30)), "NA", " null "], "regression"),
    "two numbers and a mark": (["0", "1", "n/a"], "binary"),
    "codes with leading zeros": ([f"{n:03}" for n in range(25)], "multiclass"),
}


@pytest.mark.parametrize("situation", LABELS)
def test_a_label_is_read_as_the_training_job_reads_it(terminal: Terminal, situation: str) -> None:
    values, problem_type = LABELS[situation]
    file = _write("train/t.csv", {"x": list(range(4 * len(values))), "y": values * 4})

    told = terminal.json("init", file, "--label", "y")

    assert told["settings"]["init_args"]["problem_type"] == problem_type
    (label,) = [column for column in told["columns"] if column["name"] == "y"]
    kept, _ = keep_labelled(load_channel("train", Path("train")), "y")
    assert label["distinct"] == len(kept.table.column("y").unique())


def test_rows_without_a_label_are_told(terminal: Terminal) -> None:
    columns = {"x": list(range(60)), "y": ["a", "b", "", "NA", "b", "a"] * 10}
    code, out, err = terminal.run("init", _write("t.csv", columns), "--label", "y")
    assert code == 0, err
    assert "binary, 2 classes: a, b; 20 rows without a label are left out" in " ".join(out.split())
    assert "20 rows without a label are left out" in Path("config/sandbox.yaml").read_text()


def test_an_index_is_left_out_and_told(terminal: Terminal) -> None:
    columns: dict[str, list[Any]] = {"": list(range(60)), **_shop()}
    file = _write("shop.csv", columns)
    told = terminal.json("init", file, "--label", "label")
    assert told["index_left_out"] is True
    assert [column["name"] for column in told["columns"]] == list(_shop())
    _, out, _ = terminal.run("init", file, "--label", "label", "--predictor", "again")
    assert "the unnamed first one is the index: left out" in " ".join(out.split())


def test_an_index_and_a_label_leave_nothing_to_learn_from(terminal: Terminal) -> None:
    file = _write("alone.csv", {"": list(range(60)), "y": [n % 2 for n in range(60)]})
    code, _, told = terminal.run("init", file, "--label", "y")
    assert code != 0
    assert "has only the column 'y'; allowed: a label and features" in told


@pytest.mark.parametrize("per_day", [1, 2])
@pytest.mark.parametrize("time", ["", "T12:30:00", " 12:30:00"])
def test_dates_are_neither_ids_nor_texts_that_hardly_repeat(
    terminal: Terminal, per_day: int, time: str
) -> None:
    rows = 60 * per_day
    days = [f"{date(2026, 1, 1) + timedelta(days=n // per_day)}{time}" for n in range(rows)]
    columns = {"day": days, "y": [n * 37 % 2 for n in range(rows)]}
    told = terminal.json("init", _write("t.csv", columns), "--label", "y")
    assert told["columns"][0] == {"name": "day", "kind": "date", "distinct": 60}
    assert told["suspicions"] == []


@pytest.mark.parametrize(
    ("form", "kind", "suspicions"),
    [("%m/%d/%Y", "date", []), ("%d.%m.%Y", "date", []), ("%Y/%m/%d %H:%M", "date", []),
     ("%m/01/%Y", "category", ["ambiguous-date"])],
)  # fmt: skip
def test_dates_as_people_write_them_are_no_ids(
    terminal: Terminal, form: str, kind: str, suspicions: list[str]
) -> None:
    days = [f"{date(2026 - n // 2, 1 + n % 12, 1 + n % 28):{form}}" for n in range(60)]
    columns = {"day": days, "y": [n * 37 % 2 for n in range(60)]}
    told = terminal.json("init", _write("t.csv", columns), "--label", "y")
    assert told["columns"][0]["kind"] == kind
    assert [s["kind"] for s in told["suspicions"]] == suspicions
    assert "learner_kwargs" not in told["settings"]["init_args"]


def test_the_last_feature_is_not_left_out(terminal: Terminal) -> None:
    columns = {"id": [f"o{n}" for n in range(60)], "y": [n * 37 % 2 for n in range(60)]}
    told = terminal.json("init", _write("t.csv", columns), "--label", "y")
    assert [s["kind"] for s in told["suspicions"]] == ["id"]
    assert "learner_kwargs" not in told["settings"]["init_args"]


def test_texts_that_hardly_repeat_are_told_although_one_is_a_date(terminal: Terminal) -> None:
    words = ["2026-01-01", *[f"w{n // 2}" for n in range(1, 120)]]
    columns = {"word": words, "y": [n * 37 % 2 for n in range(120)]}
    told = terminal.json("init", _write("t.csv", columns), "--label", "y")
    assert [(s["column"], s["kind"]) for s in told["suspicions"]] == [("word", "high-cardinality")]


@pytest.mark.parametrize("repeated", [1, 2])
def test_a_word_among_many_numbers_is_told_and_makes_no_id_of_them(
    terminal: Terminal, repeated: int
) -> None:
    amounts = [f"{n // repeated * 37 % 1009}.5" for n in range(199)]
    columns = {"amount": [*amounts, "Total"], "x": [n % 7 for n in range(200)],
               "y": [n * 37 % 2 for n in range(200)]}  # fmt: skip
    told = terminal.json("init", _write("t.csv", columns), "--label", "y")
    (suspicion,) = told["suspicions"]
    assert (suspicion["column"], suspicion["kind"]) == ("amount", "stray-words")
    assert "because of 'Total'" in suspicion["sentence"]
    assert "learner_kwargs" not in told["settings"]["init_args"]


def test_a_label_in_other_letters_names_the_column(terminal: Terminal) -> None:
    _, _, err = terminal.run("init", _write("t.csv", {"x": [1, 2], "y": [1, 2]}), "--label", "Y")
    assert 'column "Y" not found in t.csv (did you mean "y"?); columns: x, y.' in err


def test_a_copy_of_a_numeric_label_is_a_leak(terminal: Terminal) -> None:
    columns = {
        "x": [n * 37 % 11 for n in range(60)],
        "y_in_cents": [n * n * 100 for n in range(60)],
        "y": [n * n for n in range(60)],
    }
    told = terminal.json("init", _write("t.csv", columns), "--label", "y")
    assert [(s["column"], s["kind"]) for s in told["suspicions"]] == [("y_in_cents", "leak")]


def test_a_second_predictor_leaves_the_rest_of_the_file_as_it_is(terminal: Terminal) -> None:
    Path("config").mkdir()
    mine = "# mine\npredictors: # all\n    one:\n        init_args: {label: y} # why\n"
    Path("config/sandbox.yaml").write_text(f"{mine}\ntags: {{a: b}}\n")
    columns = {"x": [1, 2] * 30, "y": [1, 2, 2] * 20}
    terminal.json("init", _write("two.csv", columns), "--label", "y")
    after = Path("config/sandbox.yaml").read_text()
    assert after.startswith(mine)
    document = yaml.safe_load(after)
    assert list(document["predictors"]) == ["one", "two"]
    assert document["tags"] == {"a": "b"}
    assert load_environment("sandbox", Path("config")).predictors["two"].init_args["label"] == "y"


def test_a_predictor_that_is_there_is_not_changed(terminal: Terminal) -> None:
    file = _write("t.csv", {"x": [1, 2] * 30, "y": [1, 2, 2] * 20})
    terminal.json("init", file, "--label", "y")
    before = Path("config/sandbox.yaml").read_text()
    code, _, err = terminal.run("init", file, "--label", "y")
    assert code == 2
    assert "already has a predictor 't'" in err
    assert Path("config/sandbox.yaml").read_text() == before


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("", "is empty"),
        ("a,b\n", "no rows"),
        ("a;b\n1;2\n", "column 'b' has 1 distinct values"),
        ("a,a\n1,2\n", "'a' more than once"),
        ("1,2\n3,4\n", "has no header"),
        ("a,b\n1,2,3\n", "3 cells in line 2"),
        ("a,b\n1,1\n2,1\n", "1 distinct values"),
        ("a,c\n1,1\n", 'column "b" not found'),
        ("a,b\n" + "".join(f"{n},name{n}\n" for n in range(50)), "too many for classes"),
    ],
)
def test_data_that_nothing_can_be_learned_from_is_refused(
    terminal: Terminal, content: str, part: str
) -> None:
    Path("t.csv").write_text(content)
    code, _, err = terminal.run("init", "t.csv", "--label", "b")
    assert code == 2
    assert part in err
    assert not Path("config").exists()


def test_without_a_label_and_without_a_terminal_the_columns_are_told(terminal: Terminal) -> None:
    code, _, err = terminal.run("init", _write("t.csv", {"x": [1, 2], "z": [1, 2]}))
    assert code == 2
    assert "x, z" in err
    assert "--label z" in err


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_it_asks_for_what_is_not_given(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _write("shop.csv", _shop())
    # the label (default), keep the id, leave the leak out, a name
    monkeypatch.setattr("sys.stdin", _Keyboard("\nn\ny\nrefunds\n"))
    code, out, err = terminal.run("init", file)
    assert code == 0, err
    assert "Which column is to be predicted [label]" in err
    assert "Wrote 'refunds'" in out
    (predictor,) = load_environment("sandbox", Path("config")).predictors.values()
    assert predictor.init_args["learner_kwargs"] == {"ignored_columns": ["refunded"]}


def test_the_end_of_input_while_asking_writes_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", _Keyboard(""))
    assert terminal.run("init", _write("shop.csv", _shop()))[0] == 130
    assert not Path("config").exists()


def test_a_new_file_names_the_schema_that_editors_check_it_by(terminal: Terminal) -> None:
    _write("mine.csv", _shop())
    assert terminal.run("init", "mine.csv", "--label", "label")[0] == 0
    text = Path("config/sandbox.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=settings.schema.json\n")
    schema = json.loads(Path("config/settings.schema.json").read_text())
    jsonschema.validate(yaml.safe_load(text), schema)
    broken = text.replace("removal:", "removall:")
    with pytest.raises(jsonschema.ValidationError, match="removall"):
        jsonschema.validate(yaml.safe_load(broken), schema)


def test_the_settings_schema_is_printed(terminal: Terminal) -> None:
    code, out, err = terminal.run("settings-schema")
    assert code == 0, err
    schema = json.loads(out)
    for name in ("sandbox", "prod"):
        text = (ROOT / f"config/{name}.yaml").read_text(encoding="utf-8")
        jsonschema.validate(yaml.safe_load(text), schema)


def test_a_name_that_is_taken_gets_the_whole_command(terminal: Terminal) -> None:
    _write("mine.csv", _shop())
    for _ in range(2):
        code, _, err = terminal.run("init", "mine.csv", "--label", "label")
    assert code == 2
    assert "Next:  agcdk init mine.csv --label label --predictor mine-2" in err


def test_a_mistyped_label_gets_the_command_with_the_column_that_was_meant(
    terminal: Terminal,
) -> None:
    code, _, err = terminal.run("init", _write("shop.csv", _shop()), "--label", "Items")
    assert code == 2
    assert err.rstrip().endswith("Next:  agcdk init shop.csv --label items")


@pytest.mark.parametrize(
    ("given", "following"),
    [
        (["--predictor", "mine"], ["--predictor", "mine", "--label", "label"]),
        (["--label=Label", "--keep", "shop"], ["--keep", "shop", "--label", "label"]),
        (["--label", "country", "--ignore", "shop"], ["--label", "country", "--ignore", "shop"]),
    ],
)
def test_the_next_command_keeps_what_was_given(
    terminal: Terminal, given: list[str], following: list[str]
) -> None:
    """Without a label, with a mistyped one, and with one from which nothing can be learned."""
    _, _, err = terminal.run("init", _write("my shop.csv", _shop()), *given)
    assert f"Next:  {shell_line(['agcdk', 'init', 'my shop.csv', *following])}\n" in err


def test_a_file_to_be_corrected_is_read_again_by_the_same_command(terminal: Terminal) -> None:
    Path("t.csv").write_text("a,b\n1,2,3\n")
    typed = ["init", "t.csv", "--label", "b", "-e", "other"]
    code, _, err = terminal.run(*typed)
    assert code == 2
    assert err.endswith(f"Next:  {shell_line(['agcdk', *typed])}\n")
    told = terminal.run("--json", *typed)[2]
    assert json.loads(told)["next_command"] == shell_line(["agcdk", "--json", *typed])


def test_json_files_are_read_as_csv_is(terminal: Terminal) -> None:
    columns = _shop()
    expected = terminal.json("init", _write("shop.csv", columns), "--label", "label")
    records = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    lines = "\n".join(map(json.dumps, records))
    texts = {"a.json": json.dumps(records, indent=1), "b.jsonl": lines}
    for name, text in texts.items():
        Path(name).write_text(text)
        told = terminal.json("init", name, "--label", "label")
        assert told["columns"] == expected["columns"]
        assert told["suspicions"] == expected["suspicions"]
    Path("c.json").write_text(json.dumps([*records, {"order_id": 1}]))
    _, _, refused = terminal.run("init", "c.json", "--label", "label")
    assert "row 61 and row 1 differ in the keys amount, " in refused


def test_a_name_with_quotes_can_be_pasted_and_read(terminal: Terminal) -> None:
    columns = {f"'{name}'": cells for name, cells in _shop().items()}
    code, _, err = terminal.run("init", _write("shop.csv", columns), "--label", "items")
    assert code == 2
    command = err.rstrip().rpartition("Next:  ")[2]
    assert command == """agcdk init shop.csv --label "'items'\""""
    code, _, err = terminal.run(*shlex.split(command)[1:])
    assert code == 0, err


@pytest.mark.parametrize(
    "word", ["plain", "two words", "it's", "$HOME", "it's $HOME", 'a"b', "it's `x`"]
)
def test_words_come_back_from_the_shell(word: str) -> None:
    line = f"printf %s {shell_line([word])}"
    assert subprocess.run(["bash", "-c", line], capture_output=True, text=True).stdout == word


def test_a_second_predictor_needs_no_bootstrap(terminal: Terminal) -> None:
    rows = "".join(f"{n % 9},{n % 2}\n" for n in range(60))
    ends = []
    for name in ("one", "two"):
        Path(f"{name}.csv").write_text(f"some,price\n{rows}")
        code, out, err = terminal.run("init", f"{name}.csv", "--label", "price")
        assert code == 0, err
        ends.append(out.rstrip().rpartition("Next: ")[2])
    assert ends == ["agcdk deploy --bootstrap", "agcdk deploy"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["9223372036854775807", "2"], "whole number"),
        (["9223372036854775808", "2"], "category"),
        (["-9223372036854775809", "2"], "category"),
        (["1.9e30", "6e24"], "whole number"),  # masses, not identifiers
        (["100000000000000000000.0", "3.5"], "number"),
    ],
)
def test_whole_numbers_beyond_64_bits_are_identifiers(values: list[str], kind: str) -> None:
    assert Column("v", values).kind == kind


def test_features_that_do_not_vary_are_refused(terminal: Terminal) -> None:
    columns = {"shop": ["north"] * 40, "n": [7] * 40, "y": ["a", "b"] * 20}
    code, _, err = terminal.run("init", _write("t.csv", columns), "--label", "y", "--yes")
    assert code == 2
    assert "no feature varies: shop, n have the same value in all 40 rows." in err


def test_whole_numbers_that_are_too_many_for_classes_are_a_regression(terminal: Terminal) -> None:
    file = _write("t.csv", {"n": [at * 7 % 11 for at in range(15)], "weight": list(range(50, 65))})
    told = terminal.json("init", file, "--label", "weight")
    assert told["settings"]["init_args"]["problem_type"] == "regression"
    asked = ("init", file, "--label", "weight", "--problem-type", "multiclass", "--yes")
    code, _, err = terminal.run(*asked)
    assert code == 2
    assert "Give --problem-type regression." in err
    assert "--problem-type regression" in err.partition("Next:")[2]

"""The next command after a wrong one can be pasted: click accepts it, or it lists the values."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_cli.framework.corrections import (
    after_refusal,
    look_at_data,
    with_file,
    with_only_file,
)
from autogluon_cli.main import run

WRONG = {
    # what is typed: what comes next
    "modls": "agcdk models",
    "frobnicate": "agcdk",
    "runs --limt 3": "agcdk runs --limit 3",
    "runs --limit many": "agcdk runs",
    "runs --limit=many": "agcdk runs",
    "runs --foo 3": "agcdk runs",
    "train --quux income a.csv": "agcdk train income a.csv",
    "models a b c": "agcdk models a",
    "train": "agcdk endpoints",
    "train income": "agcdk train income a.csv",
    "predict income": "agcdk predict income a.csv",
    "show": "agcdk runs",
    "compare": "agcdk runs",
    "approve income": "agcdk models income",
    "ci": "agcdk ci github",
    "ci gitlb sandbox": "agcdk ci gitlab sandbox",
    "completion fsh": "agcdk completion fish",
    "embedded frob": "agcdk embedded",
    "embedded start --prt 5": "agcdk embedded start --port 5",
    "embedded save": "agcdk embedded save --help",
    "embedded restore": "agcdk embedded restore --help",
    "weights show": "agcdk weights list",
    "weights frob": "agcdk weights",
    "init": "agcdk init a.csv",
    "init a.csv --type tabulr": "agcdk init a.csv --type tabular",
    "init a.csv --type=tabulr": "agcdk init a.csv --type=tabular",
    "init a.csv --serverless --no-endpoint": "agcdk init a.csv --serverless",
    "init a.csv --time-limit 5": "agcdk init a.csv",
    "batch income a.csv --download x --no-wait": "agcdk batch income a.csv --download x",
    "pull income --model 1 --run x": "agcdk pull income --model 1",
    "traffic income": "agcdk endpoints",
    "import-version income": "ls config",
    "train income a.csv --fit": "agcdk train income a.csv",
    "runs -e": "agcdk runs",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    return tmp_path


@pytest.mark.parametrize("typed", WRONG)
def test_what_click_refuses_is_corrected(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(typed.split()) == 2
    error, following = capsys.readouterr().err.splitlines()[-2:]
    assert error.startswith("Error: ")
    assert following == f"Next:  {WRONG[typed]}"


@pytest.mark.parametrize("group", [[], ["embedded"], ["weights"]])
def test_a_group_without_a_command_lists_its_commands(
    group: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(group) == 0
    shown = capsys.readouterr()
    assert "Usage: agcdk" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(
    ("sentence", "typed", "after"),
    [
        ("input.instance_type: got x; allowed: y", "train p a.csv --instance-type x --no-wait",
         "train p a.csv --no-wait"),
        ("input.instance_type: got x; allowed: y", "train p a.csv --instance-type=x",
         "train p a.csv"),
        ('input.fit_args.time_limt: unknown (did you mean "time_limit"?)',
         "train p a.csv --fit time_limt=3", "train p a.csv --fit time_limit=3"),
        ("input.fit_args.foo: unknown argument", "train p a.csv --fit foo=3 --name n",
         "train p a.csv --name n"),
        ("s3://b/a.csv has a header but no rows", "train p a.csv", "train p a.csv"),
    ],
)  # fmt: skip
def test_what_a_planner_refuses_is_left_out_or_named_right(
    sentence: str, typed: str, after: str
) -> None:
    assert after_refusal(sentence, typed.split()) == after.split()


def test_data_are_looked_at_where_they_are_text(folder: Path) -> None:
    (folder / "b c.jsonl").write_text("{}")
    assert look_at_data(["train", "p", "a.csv"]) == "head -3 a.csv"
    assert look_at_data(["train", "p", "b c.jsonl"]) == "head -3 'b c.jsonl'"
    assert look_at_data(["train", "p", "s3://b/a.csv"]) == ""


def test_a_file_of_the_folder_is_named(folder: Path) -> None:
    assert with_file("agcdk batch income FILE") == "agcdk batch income a.csv"
    (folder / "a.csv").unlink()
    assert with_file("agcdk batch income FILE") == "agcdk batch income FILE"


def test_the_only_data_file_is_named_and_none_of_several(folder: Path) -> None:
    assert with_only_file("agcdk predict income FILE") == "agcdk predict income a.csv"
    (folder / "bad.csv").write_text("x\n1\n")
    assert with_only_file("agcdk predict income FILE") == "agcdk predict income FILE"
    for path in folder.iterdir():
        path.unlink()
    assert with_only_file("agcdk predict income FILE") == "agcdk predict income FILE"

"""`agcdk process` and `agcdk profile`: what they start, and what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.documents.data_profile import DataProfile, ProfiledColumn
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import DEPLOYMENT_PARAMETER
from tests.unit.cli.terminal import Terminal
from tests.unit.cli.training_runs import add_training

FOLDER = "s3://artifacts/income/processing/job/"
PROCESSED: dict[str, Any] = {
    "predictor": "income",
    "step": "features",
    "job_name": "income-monday-0a1b2c3d",
    "folder": FOLDER,
    "outputs": {"train": f"{FOLDER}outputs/train/", "test": f"{FOLDER}outputs/test/"},
    "files": {"train": 1200, "test": 1},
    "bytes": {"train": 12_345_678, "test": 9},
}


def profiled(aws: FakeAws, column: str = "age") -> dict[str, Any]:
    """Keep a profile as a job does; return the execution's output."""
    found = DataProfile(
        predictor="income",
        job_name="job",
        data="s3://data/train.csv",
        label="class",
        rows=26_049,
        columns=(
            ProfiledColumn(
                name=column,
                kind="int",
                missing=0.5,
                distinct=70,
                typical="17 to 90, median 37",
                remarks=("mostly missing",),
            ),
        ),
        warnings=('Column "told" tells "class" by itself: it does.',),
    )
    folder = f"{FOLDER}outputs/profile/"
    aws.s3.objects[f"{folder}profile.json"] = found.to_text().encode()
    aws.s3.objects[f"{folder}profile.html"] = b"<!doctype html>"
    return {
        "predictor": "income",
        "step": "profile",
        "outputs": {"profile": folder},
        "page_uri": f"{folder}profile.html",
    }


def test_a_step_is_started_and_its_outputs_are_shown(
    terminal: Terminal, aws: FakeAws, folder: Path
) -> None:
    (folder / "raw.csv").write_text("a\n1\n")
    aws.states.finish("process", PROCESSED)
    code, out, err = terminal.run(
        "process", "income", "features", "--input", "raw=raw.csv",
        "--input", "codes=s3://lake/codes/", "--argument=--rows", "--argument", "5",
        "--env", "MODE=a=b",
    )  # fmt: skip
    assert code == 0, err
    given = aws.states.only_input("process")
    assert given["inputs"].pop("raw").startswith("s3://data/income/uploads/")
    assert given == {
        "predictor": "income",
        "step": "features",
        "inputs": {"codes": "s3://lake/codes/"},
        "arguments": ["--rows", "5"],
        "environment": {"MODE": "a=b"},
    }
    assert "1,200" in out
    assert "12.3 MB" in out
    assert f"{FOLDER}outputs/train/" in out
    assert "agcdk train income ADDRESS" in out


def test_what_is_not_given_is_the_settings(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.finish("process", PROCESSED)
    found = terminal.json("process", "income")
    assert aws.states.only_input("process") == {"predictor": "income"}
    assert found["output"]["outputs"] == PROCESSED["outputs"]


def test_a_folder_is_uploaded_with_all_its_files(
    terminal: Terminal, aws: FakeAws, folder: Path
) -> None:
    (folder / "raw").mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / "raw" / name).write_text("a\n1\n")
    aws.states.finish("process", PROCESSED)
    assert terminal.run("process", "income", "--input", "raw=raw")[0] == 0
    uri = aws.states.only_input("process")["inputs"]["raw"]
    assert uri.endswith("/")
    assert {f"{uri}a.csv", f"{uri}b.csv"} <= set(aws.s3.objects)


def test_a_run_may_go_on_alone(terminal: Terminal, aws: FakeAws) -> None:
    code, out, _ = terminal.run("process", "income", "--no-wait", "--name", "monday")
    assert code == 0
    assert "agcdk show monday" in out
    assert aws.states.only_input("process") == {"predictor": "income"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("income", "--input", "raw.csv"), "'raw.csv' must be a name and a value"),
        (("income", "--input", "raw=gone.csv"), "File gone.csv not found"),
        (("income", "profile"), "agcdk profile income FILE"),
    ],
)
def test_wrong_use_starts_nothing(
    terminal: Terminal, aws: FakeAws, arguments: tuple[str, ...], words: str
) -> None:
    code, _, err = terminal.run("process", *arguments)
    assert code != 0
    assert words in err
    assert not aws.states.executions


def test_an_earlier_release_processes_no_data(terminal: Terminal, aws: FakeAws) -> None:
    aws.ssm.values[DEPLOYMENT_PARAMETER]["state_machines"].pop("process")
    for command in ("process", "profile"):
        code, _, err = terminal.run(command, "income")
        assert code == 3
        assert "earlier release" in err
        assert "agcdk deploy" in err


def test_a_profile_is_downloaded_and_shown(terminal: Terminal, aws: FakeAws, folder: Path) -> None:
    (folder / "rows.csv").write_text("a\n1\n")
    aws.states.finish("process", profiled(aws))
    code, out, err = terminal.run("profile", "income", "rows.csv", "--no-open", "-o", "here.html")
    assert code == 0, err
    given = aws.states.only_input("process")
    assert given["step"] == "profile"
    assert given["inputs"]["data"].endswith("/rows.csv")
    assert (folder / "here.html").read_text() == "<!doctype html>"
    assert "26,049" in out
    assert "mostly missing" in out
    assert 'Note: Column "told" tells "class" by itself' in out


def test_without_data_those_of_the_latest_training_are_profiled(
    terminal: Terminal, aws: FakeAws
) -> None:
    add_training(aws, "monday")
    aws.states.finish("process", profiled(aws))
    found = terminal.json("profile", "income", "--output", "here.html")
    assert aws.states.only_input("process")["inputs"] == {"data": "s3://data/a.csv"}
    assert found["profile"]["rows"] == 26_049


def test_without_data_and_training_there_is_nothing_to_profile(terminal: Terminal) -> None:
    code, _, err = terminal.run("profile", "income")
    assert code == 3
    assert "no completed training run" in err
    assert "agcdk profile income FILE" in err

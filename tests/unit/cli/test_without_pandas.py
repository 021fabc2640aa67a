"""The client alone has no pandas: what works without it, and what says which extra to install."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal


@pytest.fixture(autouse=True)
def _no_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] in ("pandas", "numpy", "pyarrow"):
            monkeypatch.delitem(sys.modules, name)
    for name in ("pandas", "numpy", "pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)  # importing it fails


@pytest.fixture
def aws() -> FakeAws:
    """`income` is in service and answers each row with a class, once with a missing probability."""
    answers = b'{"class": "<=50K", "a_proba": 0.25}\n{"class": "1,5", "a_proba": null}\n'
    found = FakeAws(container=lambda *_: answers)
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    return found


@pytest.mark.parametrize(
    ("suffix", "text"), [("csv", "age\n1\n2\n"), ("jsonl", '{"age": 1}\n' * 2)]
)
def test_a_file_is_predicted(terminal: Terminal, suffix: str, text: str) -> None:
    Path(f"new.{suffix}").write_text(text)
    code, out, err = terminal.run("predict", "income", f"new.{suffix}")
    assert (code, out) == (0, 'class,a_proba\n<=50K,0.25\n"1,5",\n'), err
    rows = terminal.json("predict", "income", f"new.{suffix}")["predictions"]
    assert rows[1] == {"class": "1,5", "a_proba": None}


@pytest.mark.parametrize(("command", "file"), [("predict", "new.parquet"), ("explain", "new.csv")])
def test_what_needs_data_frames_names_the_extra(
    terminal: Terminal, command: str, file: str
) -> None:
    Path(file).write_text("PAR1" if file.endswith(".parquet") else "age\n1\n2\n")
    code, _, err = terminal.run(command, "income", file)
    assert code == 2
    assert err.splitlines()[-1] == "Next:  pip install 'autogluon-cdk[frames]'"

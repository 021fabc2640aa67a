"""Processing jobs that run a person's script: what it gets, and what is said where it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.containers.processing.processing_folder import ProcessingFolder

COPY = """
import json, os, sys
from pathlib import Path
source, target = Path(os.environ["INPUT_RAW"]), Path(os.environ["OUTPUT_TRAIN"])
(target / "rows.csv").write_text((source / "rows.csv").read_text().upper())
(target / "seen.json").write_text(json.dumps({"arguments": sys.argv[1:], **os.environ}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> ProcessingFolder:
    made = ProcessingFolder(tmp_path)
    made.put("input/raw", "rows.csv", "a\n1\n")
    return made


def _seen(folder: ProcessingFolder) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder.output("train") / "seen.json").read_text())
    return found


def test_the_script_reads_its_input_and_writes_its_output(folder: ProcessingFolder) -> None:
    folder.script(COPY)
    assert folder.run() == 0
    assert (folder.output("train") / "rows.csv").read_text() == "A\n1\n"


def test_the_script_gets_arguments_and_variables(folder: ProcessingFolder) -> None:
    folder.script(COPY)
    assert folder.run(arguments=("--share", "0.2 x"), environment={"MODE": "new"}) == 0
    seen = _seen(folder)
    assert seen["arguments"] == ["--share", "0.2 x"]
    assert seen["MODE"] == "new"
    assert (seen["INSTANCE_NUMBER"], seen["INSTANCE_COUNT"]) == ("0", "1")


def test_names_with_hyphens_become_variables(folder: ProcessingFolder) -> None:
    folder.put("input/sales-2026", "rows.csv", "a\n")
    folder.script(
        "import os\nopen(os.environ['OUTPUT_HELD_OUT'] + '/x', 'w').write("
        "os.environ['INPUT_SALES_2026'])"
    )
    assert folder.run(inputs={"sales-2026": ""}, outputs=("held-out",)) == 0
    assert (folder.output("held-out") / "x").read_text().endswith("/input/sales-2026")


def test_each_instance_knows_its_number(folder: ProcessingFolder) -> None:
    folder.script(COPY)
    folder.resources("algo-2", "algo-1", "algo-2", "algo-3")
    assert folder.run() == 0
    seen = _seen(folder)
    assert (seen["INSTANCE_NUMBER"], seen["INSTANCE_COUNT"]) == ("1", "3")


def test_a_script_cannot_import_this_projects_code_by_accident(
    folder: ProcessingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)  # the tests' own; SageMaker sets none
    folder.script(
        "import os, sys\nfrom importlib.util import find_spec\n"
        "found = [find_spec(name) for name in ('autogluon_jobs', 'autogluon_contracts')]\n"
        "print(sys.path[0], *found, file=open(os.environ['OUTPUT_TRAIN'] + '/x', 'w'))"
    )
    assert folder.run() == 0
    first, *found = (folder.output("train") / "x").read_text().split()
    assert first.endswith("/unpacked/income/features")
    assert found == ["None", "None"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("raise KeyError('age')", ["features.py ended with exit code 1: KeyError: 'age'."]),
        ("raise ValueError('No rows.')", ["exit code 1: ValueError: No rows."]),
        ("import sys; sys.exit(3)", ["features.py ended with exit code 3."]),
        ("def f(:\n", ["ended with exit code 1: SyntaxError"]),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            ["was ended by SIGKILL", "memory runs out"],
        ),
    ],
)
def test_a_failing_script_is_told_in_one_sentence(
    folder: ProcessingFolder, script: str, words: list[str]
) -> None:
    folder.script(script)
    assert folder.run() == 1
    assert all(word in folder.message for word in words), folder.message
    assert not folder.message.endswith("..")


def test_what_the_script_says_is_the_jobs_log(
    folder: ProcessingFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    folder.script("import sys\nprint('to the log')\nprint('a warning', file=sys.stderr)")
    assert folder.run() == 0
    said = capfd.readouterr()
    assert "to the log" in said.out
    assert "a warning" in said.err


def test_a_script_that_is_not_in_the_archive_is_named(folder: ProcessingFolder) -> None:
    folder.script(COPY, "income/other/other.py")
    assert folder.run() == 1
    assert "income/features/features.py is not in the archive" in folder.message
    assert "Deploy" in folder.message

"""Programs of processing jobs end with an exit code, and with the cause where they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_jobs.bulk import main as bulk
from autogluon_jobs.drift import main as drift
from autogluon_jobs.jobs.processing_program import ProcessingPaths, exit_code
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.processing import main as processing


def fail(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InputError("The script has no main()."), "The script has no main()."),
        (MemoryError(), "The instance ran out of memory. Choose one with more."),
        (OSError("disk\nfull"), "AutoGluon failed with OSError: disk full"),
    ],
)
def test_a_failure_is_kept_as_the_exit_message_and_not_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception, sentence: str
) -> None:
    paths = ProcessingPaths(tmp_path)
    assert exit_code("x.py", [], paths, fail(error)) == 1
    assert paths.message == tmp_path / "output" / "message"
    assert paths.message.read_text() == sentence
    log = capsys.readouterr().err
    assert type(error).__name__ in log
    assert sentence not in log


def test_a_program_that_ends_well_leaves_no_message(tmp_path: Path) -> None:
    paths = ProcessingPaths(tmp_path)
    assert exit_code("x.py", [], paths, lambda: None) == 0
    assert not paths.message.exists()


@pytest.mark.parametrize(
    ("main", "script"),
    [
        (bulk.main, "predict.py"),
        (drift.main, "drift.py"),
        (processing.main, "process.py"),
    ],
)
def test_programs_take_no_arguments(tmp_path: Path, main: Callable[..., int], script: str) -> None:
    assert main(["x"], {"SAGEMAKER_BASE_DIR": str(tmp_path)}) == 1
    message = (tmp_path / "output" / "message").read_text()
    assert message == f'{script} takes no arguments (got "x").'

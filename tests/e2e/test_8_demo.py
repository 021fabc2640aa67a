"""`make demo` is the product's face: it works to the end, and can be stopped at any moment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autogluon_demo.cdk import ROOT
from tests.waiting import until


def _demo(folder: Path) -> subprocess.Popen[str]:
    """The demo, with a folder for its temporary files by which its processes are known."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "autogluon_demo"],
        cwd=ROOT,
        env=environment | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that Ctrl-C can be sent to it alone
        # A shell that starts the tests in the background lets its children ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def _processes(folder: Path) -> set[str]:
    """What runs with the folder in its variables, its arguments or as the place where it works."""
    found = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            shown = [*process.cmdline(), process.cwd(), *process.environ().values()]
            if any(str(folder) in part for part in shown):
                found.add(f"{process.pid} {' '.join(process.cmdline())}")
    return found


def test_the_demo_shows_the_whole_main_job(tmp_path: Path) -> None:
    demo = _demo(tmp_path)
    output, _ = demo.communicate(timeout=600)
    assert demo.returncode == 0, output
    for shown in (
        "cdk deploy --all",
        "Leaderboard",
        "roc_auc",
        "Endpoint autogluon-sandbox-income answers",
        "truth",
        "The batch's result",
        "Names and locations",
        "report.html",
        "estimate",
        "cdk destroy --all",
    ):
        assert shown in output
    until(lambda: not _processes(tmp_path), 10, "no process of the demo is left")


@pytest.mark.long
@pytest.mark.parametrize("marker", ["embedded AWS at", "cdk bootstrap", "Upload"])
def test_interrupting_the_demo_leaves_no_process_behind(marker: str, tmp_path: Path) -> None:
    demo = _demo(tmp_path)
    assert demo.stdout is not None
    printed = []
    for line in demo.stdout:
        printed.append(line)
        if marker in line:
            break
    assert marker in printed[-1], "".join(printed)
    time.sleep(2)  # well inside the next step
    assert len(_processes(tmp_path)) > 1, "the demo and what it started"
    os.killpg(demo.pid, signal.SIGINT)
    assert demo.wait(30) == 130
    demo.stdout.close()
    until(lambda: not _processes(tmp_path), 10, "no process of the demo is left")

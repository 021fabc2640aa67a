"""`make demo` is the product's face: it works to the end, and can be stopped at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from autogluon_demo.cdk import ROOT


def _demo() -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "autogluon_demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that Ctrl-C can be sent to it alone
    )


def _ours() -> set[int]:
    """Processes that run a program of this project's environments."""
    found = set()
    for process in psutil.process_iter(["pid", "cmdline"]):
        command = process.info["cmdline"] or []
        if any(str(ROOT) in part for part in command):
            found.add(process.info["pid"])
    return found


def test_the_demo_shows_the_whole_main_job() -> None:
    demo = _demo()
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


@pytest.mark.parametrize("marker", ["cdk synth", "cdk bootstrap", "Upload"])
def test_interrupting_the_demo_leaves_no_process_behind(marker: str) -> None:
    before = _ours()
    demo = _demo()
    assert demo.stdout is not None
    for line in demo.stdout:
        if marker in line:
            break
    time.sleep(2)  # well inside the next step
    os.killpg(demo.pid, signal.SIGINT)
    assert demo.wait(30) == 130
    demo.stdout.close()
    deadline = time.monotonic() + 10
    while _ours() - before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _ours() - before == set()

"""`app.py` is a function of the repository and the settings, and of nothing else."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infrastructure.conftest import ROOT, context
from tests.never_empty import never_empty

# Imported by Python at start-up from PYTHONPATH: whatever connects, anywhere, fails the synth.
NO_SOCKETS = """
import socket

def refuse(*args, **kwargs):
    raise AssertionError("synth opened a connection")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
"""
NO_SOCKETS_IN_NODE = """
const refuse = () => { throw new Error("synth opened a connection"); };
require("net").Socket.prototype.connect = refuse;
require("dns").lookup = refuse;
"""


def start_synth(outdir: Path, guard: Path, *, seed: str) -> "subprocess.Popen[str]":
    """Run app.py as `cdk` does, without a network, credentials or a home."""
    (guard / "sitecustomize.py").write_text(NO_SOCKETS)
    (guard / "no-sockets.js").write_text(NO_SOCKETS_IN_NODE)
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(guard),
        "PYTHONHASHSEED": seed,
        "NODE_OPTIONS": f"--require {guard / 'no-sockets.js'}",
        "TZ": "UTC" if seed == "1" else "Asia/Tokyo",
        "HOME": str(guard),
        # Where jsii keeps CDK's JavaScript unpacked; to unpack it anew takes most of a synth.
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": os.environ.get(
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(Path.home() / ".cache/aws/jsii/package-cache")
        ),
        "CDK_OUTDIR": str(outdir),
        "CDK_CONTEXT_JSON": json.dumps(context()),
        # Changes nothing that is deployed, and takes seconds.
        "CDK_VALIDATION": "true" if seed == "1" else "false",
    }
    command = [sys.executable, str(ROOT / "app.py")]
    return subprocess.Popen(
        command, env=environ, cwd=guard, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def contents(outdir: Path) -> dict[str, bytes]:
    """What would be deployed: templates, asset lists and assets."""
    return {
        path.relative_to(outdir).as_posix(): path.read_bytes()
        for path in sorted(outdir.rglob("*"))
        if path.is_file()
        and (path.name.endswith((".template.json", ".assets.json")) or "asset." in str(path))
    }


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    first, second = (tmp_path_factory.mktemp(f"out{seed}") for seed in "12")
    runs = [
        start_synth(outdir, tmp_path_factory.mktemp("guard"), seed=seed)
        for outdir, seed in ((first, "1"), (second, "2"))
    ]
    for run in runs:
        _, errors = run.communicate()
        assert run.returncode == 0, errors
    return first, second


def test_two_synths_are_byte_equal_offline_and_without_credentials(
    twice: tuple[Path, Path],
) -> None:
    first, second = (contents(outdir) for outdir in twice)

    assert set(first) == set(second)
    assert len([name for name in first if name.endswith(".template.json")]) == 5
    for name, content in first.items():
        assert content == second[name], name


def test_nothing_of_this_machine_is_in_what_is_deployed(twice: tuple[Path, Path]) -> None:
    for name, content in never_empty(contents(twice[0]).items()):
        assert str(ROOT).encode() not in content, name
        assert str(twice[0]).encode() not in content, name


def test_no_caches_are_deployed(twice: tuple[Path, Path]) -> None:
    assert not [name for name in contents(twice[0]) if "__pycache__" in name or ".pyc" in name]


def test_the_guard_against_connections_guards(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SOCKETS)
    (tmp_path / "no-sockets.js").write_text(NO_SOCKETS_IN_NODE)
    programs = (
        [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"],
        ["node", "-e", "require('net').connect(9, '127.0.0.1')"],
    )
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path),
        "NODE_OPTIONS": f"--require {tmp_path / 'no-sockets.js'}",
    }
    for program in programs:
        run = subprocess.run(program, env=environ, capture_output=True, text=True, check=False)
        assert "synth opened a connection" in run.stderr


def test_wrong_settings_end_the_synth_with_their_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTOGLUON_ENVIRONMENT", "nowhere")
    monkeypatch.delenv("CDK_CONTEXT_JSON", raising=False)

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "app.py"))

    assert ended.value.code == (
        "config/nowhere.yaml: no such file; environments here: prod, sandbox"
    )


def test_the_app_stays_a_list_of_what_it_composes() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) <= 40

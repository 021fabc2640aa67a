"""The verbs where nothing runs; tests/integration/test_embedded_instances.py has the real thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autogluon_cli.commands.embedded import embedded
from autogluon_cli.embedded.instances import FOLDER_VARIABLE
from autogluon_contracts.embedded_instance import EmbeddedInstance
from tests.unit.cli.terminal import Terminal


@pytest.fixture(autouse=True)
def instances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "instances"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


@pytest.mark.parametrize("verb", list(embedded.list_commands(None)))  # type: ignore[arg-type]
def test_every_verb_explains_itself_and_has_json(terminal: Terminal, verb: str) -> None:
    code, out, _ = terminal.run("embedded", verb, "--help")
    assert code == 0
    assert f"Usage: agcdk embedded {verb}" in out
    assert "--json" in out


@pytest.mark.parametrize("verb", ["stop", "env", "reset"])
def test_a_verb_says_that_nothing_runs_and_how_to_start_it(terminal: Terminal, verb: str) -> None:
    code, out, err = terminal.run("embedded", verb, "--name", "mine")
    assert (code, out) == (3, "")
    assert "No embedded AWS 'mine' runs." in err
    assert "Next:  agcdk embedded start --name mine" in err


def test_status_of_nothing_is_no_error(terminal: Terminal) -> None:
    assert terminal.json("embedded", "status") == {"instances": []}
    code, out, _ = terminal.run("embedded", "status")
    assert (code, out) == (0, "No embedded AWS runs. Start one: agcdk embedded start\n")


def test_a_record_without_a_living_process_is_not_an_instance(
    terminal: Terminal, instances: Path
) -> None:
    # As after kill -9; the process id may belong to another process by now.
    folder = instances / "killed"
    folder.mkdir(parents=True)
    record = EmbeddedInstance(
        name="killed",
        url="http://localhost:1",
        port=1,
        pid=1,
        started="2026-01-01T00:00:00+00:00",
        token="token",
        image_env="image",
        faults=None,
        variables={},
    )
    (folder / "instance.json").write_text(record.to_json())
    (folder / "lock").touch()
    assert terminal.json("embedded", "status") == {"instances": []}
    assert terminal.run("embedded", "stop", "--name", "killed")[0] == 3


@pytest.mark.parametrize("name", ["../other", "Name", "", "a/b"])
def test_a_name_cannot_be_a_path(terminal: Terminal, name: str) -> None:
    code, _, err = terminal.run("embedded", "start", "--name", name)
    assert code == 2
    assert "--name: got" in err


def test_a_start_without_the_packages_says_what_to_install(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, err = terminal.run("embedded", "start")
    assert code == 3
    assert "The embedded AWS is not installed in this Python environment." in err
    assert "setup" in err


def test_a_start_that_fails_quotes_the_reason(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal.run("embedded", "start", "--image-env", str(tmp_path), "--json")
    assert code == 1
    assert "is not a Python environment" in json.loads(err.splitlines()[-1])["error"]


def test_a_log_of_nothing_is_not_found(terminal: Terminal) -> None:
    code, _, err = terminal.run("embedded", "logs")
    assert code == 3
    assert "was started in the background" in err

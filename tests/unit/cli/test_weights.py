"""`agcdk weights`: the licence is accepted before anything starts, and sets are looked at."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_cli.framework.errors import ExitCode
from autogluon_contracts.documents.mirrored_weights import MirroredFile, MirroredWeights
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import ENVIRONMENT, MACHINES, arn
from tests.unit.cli.terminal import Terminal

RECORD = MirroredWeights(
    name="chronos-2-small",
    hub="https://huggingface.co",
    repository="autogluon/chronos-2-small",
    revision="0123abc456def789",
    license="apache-2.0",
    job="chronos-2-small-first-0a1b2c3d",
    mirrored="2026-11-29T20:00:00+00:00",
    sha256="1" * 64,
    files={"config.json": MirroredFile(bytes=2_000_000, sha256="2" * 64)},
    execution="arn:aws:states:us-east-1:123456789012:execution:m:first",
)
SUMMARY = {
    "name": "chronos-2-small", "repository": RECORD.repository, "revision": RECORD.revision,
    "license": "apache-2.0", "files": 1, "bytes": 2_000_000, "sha256": "1" * 64,
    "record_uri": "s3://artifacts/weights/records/chronos-2-small.json",
}  # fmt: skip
KEY = "s3://artifacts/weights/records/chronos-2-small.json"
FILE = f"s3://artifacts/weights/sets/{RECORD.folder}/config.json"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    """An environment that is deployed to mirror weights."""
    machine = arn("states", f"stateMachine:autogluon-{ENVIRONMENT}-mirror-weights")
    monkeypatch.setitem(MACHINES, "mirror_weights", machine)
    return FakeAws()


@pytest.fixture
def mirrored(aws: FakeAws) -> FakeAws:
    aws.s3.objects |= {KEY: RECORD.to_text().encode(), FILE: b"{}"}
    return aws


def test_a_set_is_mirrored_under_the_licence_that_was_accepted(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.states.finish("mirror_weights", SUMMARY)

    code, out, err = terminal.run("weights", "add", "chronos-2-small", "--accept-license",
                                  "apache-2.0", "--revision", "v2", "--name", "first")  # fmt: skip

    assert code == 0, err
    assert aws.states.only_input("mirror_weights") == {
        "name": "chronos-2-small",
        "license": "apache-2.0",
        "revision": "v2",
    }
    assert "autogluon/chronos-2-small, licence apache-2.0. Read it: https://hugging" in err
    assert "1, 2,000,000 bytes" in out


def test_weights_of_ones_own_are_mirrored_without_waiting(terminal: Terminal, aws: FakeAws) -> None:
    answer = terminal.json("weights", "add", "ours", "--repository", "me/ours", "--accept-license",
                           "mit", "--no-wait")  # fmt: skip

    assert answer["output"] is None
    assert aws.states.only_input("mirror_weights") == {
        "name": "ours", "license": "mit", "repository": "me/ours",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (
            ("add", "chronos-2-small", "--revision", "v2"),
            ("must be accepted, and agcdk cannot ask", "--revision v2 --accept-license apache-2.0"),
        ),
        (("add", "toto-2-4m"), ("Toto-2.0-4m must be accepted by its name", "LICENCE")),
        (("add", "chronos-2-smal"), ('(did you mean "chronos-2-small"?)', "agcdk weights list")),
        (("show", "chronos-2"), ("Weights 'chronos-2' not found", "Mirrored: none")),
        (("remove", "chronos-2", "--yes"), ("Weights 'chronos-2' not found",)),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    terminal: Terminal, aws: FakeAws, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    code, _, err = terminal.run("weights", *arguments)

    assert code in (ExitCode.USAGE_ERROR, ExitCode.NOT_FOUND)
    assert all(part in err for part in parts), err
    assert not aws.states.executions


def test_a_mirrored_set_is_not_mirrored_again(terminal: Terminal, mirrored: FakeAws) -> None:
    code, out, _ = terminal.run("weights", "add", "chronos-2-small")
    assert (code, "is mirrored already" in out) == (0, True)

    code, _, err = terminal.run("weights", "add", "chronos-2-small", "--revision", "v9")
    assert code == ExitCode.USAGE_ERROR
    assert "Next:  agcdk weights remove chronos-2-small" in err
    assert not mirrored.states.executions


def test_sets_are_listed_before_the_names_that_autogluon_knows(
    terminal: Terminal, mirrored: FakeAws
) -> None:
    rows: list[dict[str, Any]] = terminal.json("weights", "list")["weights"]

    assert rows[0] == {
        "name": "chronos-2-small", "for": "timeseries", "repository": "autogluon/chronos-2-small",
        "license": "apache-2.0", "revision": RECORD.revision, "bytes": 2_000_000,
    }  # fmt: skip
    assert {row["name"] for row in rows} >= {"toto-2-4m", "mitra-classifier"}
    assert [row["name"] for row in rows].count("chronos-2-small") == 1
    out = terminal.run("weights", "list")[1]
    assert "2.0 MB" in out
    assert "0123abc456de" in out


def test_a_set_is_shown_with_every_file_and_its_hash(terminal: Terminal, mirrored: FakeAws) -> None:
    assert terminal.json("weights", "show", "chronos-2-small") == RECORD.to_json()
    out = terminal.run("weights", "show", "chronos-2-small")[1]
    assert "2" * 64 in out
    assert RECORD.execution in out


def test_a_set_goes_with_its_files_when_asked_for(terminal: Terminal, mirrored: FakeAws) -> None:
    code, _, err = terminal.run("weights", "remove", "chronos-2-small")
    assert (code, "--yes" in err) == (ExitCode.USAGE_ERROR, True)
    assert KEY in mirrored.s3.objects

    assert terminal.json("weights", "remove", "chronos-2-small", "--yes")["files"] == 1
    assert not mirrored.s3.objects


def test_the_run_is_listed_and_shown(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run(
        "mirror_weights", "first", input='{"name": "chronos-2-small", "license": "apache-2.0"}'
    )

    (run,) = terminal.json("runs", "--kind", "weights")["runs"]
    assert run["job_name"].startswith("chronos-2-small-first-")
    assert "chronos-2-small" in terminal.run("show", "first")[1]

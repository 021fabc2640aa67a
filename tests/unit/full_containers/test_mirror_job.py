"""The job that mirrors weights, against a hub on this machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from autogluon_contracts.documents.mirrored_weights import MirroredWeights
from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_jobs.weights import mirror
from tests.fakes.hub import FakeHub, Repository

NAME = "me/forecaster"
FILES = {
    "config.json": b'{"d_model": 16}',
    "model.safetensors": save({"weight": np.ones(3, dtype=np.float32)}),
    "README.md": b"# A model\n",
    "LICENSE": b"Apache\n",
    "pytorch_model.bin": b"a pickle",
    "modeling.py": b"import os\n",
    ".gitattributes": b"*\n",
}
MIRRORED = {"config.json", "model.safetensors", "README.md", "LICENSE"}


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub({NAME: Repository(dict(FILES))}).serving() as serving:
        yield serving


class Job:
    def __init__(self, base: Path, url: str, **changes: Any) -> None:
        self.base = base
        document = {
            "version": 1,
            "name": "forecaster",
            "job": "forecaster-run-1",
            "hub": url,
            "repository": NAME,
            "revision": "main",
            "license": "apache-2.0",
        }
        config = base / "processing" / "config"
        config.mkdir(parents=True)
        (config / "mirror.json").write_text(json.dumps(document | changes))

    def run(self) -> int:
        return mirror.main([], {"SAGEMAKER_BASE_DIR": str(self.base)})

    @property
    def files(self) -> Path:
        return self.base / "processing" / "files"

    @property
    def message(self) -> str:
        return (self.base / "output" / "message").read_text()

    @property
    def record(self) -> MirroredWeights:
        return MirroredWeights.from_text(
            (self.base / "processing" / "record" / "weights.json").read_text()
        )


@pytest.mark.parametrize("by", ["main", "commit"])
def test_weights_are_mirrored_at_one_commit_with_the_hash_of_every_file(
    tmp_path: Path, hub: FakeHub, by: str
) -> None:
    commit = hub.repositories[NAME].commit
    job = Job(tmp_path, hub.url, revision="main" if by == "main" else commit)

    assert job.run() == 0, job.message

    assert {path.name for path in job.files.rglob("*")} == MIRRORED
    record = job.record
    assert (record.revision, record.license) == (commit, "apache-2.0")
    assert record.folder == "forecaster/forecaster-run-1/forecaster"
    assert record.sha256 == artifact_sha256(job.files)
    assert {name: file.sha256 for name, file in record.files.items()} == {
        name: hashlib.sha256(FILES[name]).hexdigest() for name in MIRRORED
    }
    assert not any("pytorch_model.bin" in each for each in hub.requests)


@pytest.mark.parametrize(
    ("stated", "parts"),
    [
        ("cc-by-nc-4.0", ("states the licence 'cc-by-nc-4.0'", "'apache-2.0' was accepted")),
        (None, ("states no licence", "Nothing was downloaded")),
    ],
)
def test_another_licence_than_the_accepted_one_downloads_nothing(
    tmp_path: Path, hub: FakeHub, stated: str | None, parts: tuple[str, ...]
) -> None:
    hub.repositories[NAME].license = stated
    job = Job(tmp_path, hub.url)

    assert job.run() == 1
    assert all(part in job.message for part in parts), job.message
    assert not any("/resolve/" in each for each in hub.requests)


@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
def test_a_file_that_differs_from_what_the_hub_lists_is_refused(
    tmp_path: Path, hub: FakeHub, file: str
) -> None:
    hub.sent[file] = FILES[file][:-1] + b" "
    job = Job(tmp_path, hub.url)

    assert job.run() == 1
    assert f"{file} is not the file that the hub lists" in job.message


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"repository": "me/other"}, "has no public repository me/other."),
        ({"revision": "v9"}, "me/forecaster has no revision v9."),
    ],
)
def test_what_the_hub_does_not_have_is_named(
    tmp_path: Path, hub: FakeHub, changes: dict[str, str], sentence: str
) -> None:
    job = Job(tmp_path, hub.url, **changes)

    assert job.run() == 1
    assert sentence in job.message


def test_pickles_are_not_mirrored(tmp_path: Path, hub: FakeHub) -> None:
    del hub.repositories[NAME].files["model.safetensors"]
    job = Job(tmp_path, hub.url)

    assert job.run() == 1
    assert "no config.json with weights as safetensors" in job.message


def test_gated_weights_are_refused(tmp_path: Path, hub: FakeHub) -> None:
    hub.repositories[NAME].is_gated = True
    job = Job(tmp_path, hub.url)

    assert job.run() == 1
    assert "only to people who have signed in" in job.message


def test_weights_that_are_not_safetensors_are_refused(tmp_path: Path, hub: FakeHub) -> None:
    hub.repositories[NAME].files["model.safetensors"] = b"\x80\x04 a pickle by another name"
    job = Job(tmp_path, hub.url)

    assert job.run() == 1
    assert "model.safetensors is not a file of safetensors" in job.message


def test_a_hub_out_of_reach_is_said_to_be(tmp_path: Path) -> None:
    job = Job(tmp_path, "http://127.0.0.1:9")

    assert job.run() == 1
    assert "http://127.0.0.1:9 cannot be read from the job" in job.message
    assert "weights.hub" in job.message


def test_the_job_takes_no_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = Job(tmp_path, "http://127.0.0.1:9")

    assert mirror.main(["x"], {"SAGEMAKER_BASE_DIR": str(tmp_path)}) == 1
    assert "takes no arguments" in job.message
    assert "InputError" in capsys.readouterr().err

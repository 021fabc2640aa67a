"""An artifact that is not the recorded one is refused before anything of it is unpickled."""

from __future__ import annotations

import json
import pickle
import random
import shutil
from pathlib import Path

import pytest

from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_jobs.jobs.artifact_code import write_code
from autogluon_jobs.jobs.predictor_types import supported_types
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import load_model
from tests.never_empty import never_empty
from tests.unit.containers.job_folder import JobFolder


@pytest.fixture
def artifact(shop_job: JobFolder, tmp_path: Path) -> Path:
    """An artifact to change."""
    return Path(shutil.copytree(shop_job.model, tmp_path / "model"))


@pytest.fixture
def recorded(shop_job: JobFolder) -> dict[str, str]:
    """The variable as the model package has it."""
    return {ARTIFACT_VARIABLE: shop_job.metrics()["artifact_sha256"]}


@pytest.fixture
def nothing_unpickled(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> None:
        raise AssertionError("unpickled")

    monkeypatch.setattr(pickle, "load", load)
    monkeypatch.setattr(pickle, "loads", load)


def test_a_training_records_what_its_artifact_loads_by(
    shop_job: JobFolder, recorded: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    own = json.loads((shop_job.model / "metrics.json").read_text())
    beside = shop_job.metrics()
    assert beside.pop("artifact_sha256") == recorded[ARTIFACT_VARIABLE]
    assert own == beside
    load_model(shop_job.model, recorded)
    assert f"Artifact verified: SHA-256 {recorded[ARTIFACT_VARIABLE]}" in capsys.readouterr().err


@pytest.mark.parametrize("kind", supported_types())
def test_a_training_ships_what_serves_its_type_and_nothing_else(tmp_path: Path, kind: str) -> None:
    write_code(tmp_path, kind)
    shipped = [path.relative_to(tmp_path / "code") for path in (tmp_path / "code").rglob("*.*")]
    assert {path.suffix for path in shipped} == {".py"}, "nothing compiled, and no pages of reports"
    rooms = {path.parts[1] for path in shipped if path.parts[0] == "autogluon_jobs"}
    assert {"serving", kind} <= rooms
    assert not rooms & {"bulk", "drift", "report", *set(supported_types()) - {kind}}
    assert not [path for path in shipped if "training" in path.parts]


def test_a_training_of_an_unknown_type_ships_nothing(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match="unknown"):
        write_code(tmp_path, "unknown")
    assert not list(tmp_path.iterdir())


def test_a_server_may_have_imported_the_artifacts_code(
    artifact: Path, recorded: dict[str, str]
) -> None:
    cache = artifact / "code" / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "inference.cpython-311.pyc").write_bytes(b"compiled")
    load_model(artifact, recorded)


def test_a_version_without_a_record_loads_and_says_so(
    shop_job: JobFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    load_model(shop_job.model, {})
    assert "Artifact not verified" in capsys.readouterr().err


@pytest.mark.usefixtures("nothing_unpickled")
def test_no_byte_of_an_artifact_may_change(artifact: Path, recorded: dict[str, str]) -> None:
    chosen = random.Random(15)
    files = never_empty(
        path
        for path in sorted(artifact.rglob("*"))
        # An import of the artifact's code by another test leaves what is not recorded.
        if path.is_file() and path.stat().st_size and path.parent.name != "__pycache__"
    )
    for path in chosen.sample(files, min(40, len(files))):
        content = path.read_bytes()
        at = chosen.randrange(len(content))
        other = bytes([content[at] ^ (1 << chosen.randrange(8))])
        path.write_bytes(content[:at] + other + content[at + 1 :])
        with pytest.raises(InputError, match="not the one that training recorded"):
            load_model(artifact, recorded)
        path.write_bytes(content)


@pytest.mark.usefixtures("nothing_unpickled")
@pytest.mark.parametrize("change", ["added", "removed", "record"])
def test_no_file_and_no_record_may_change(
    artifact: Path, recorded: dict[str, str], change: str
) -> None:
    if change == "added":
        (artifact / "models" / "more.pkl").write_bytes(b"")
    elif change == "removed":
        (artifact / "feature_schema.json").unlink()
    else:
        recorded = {ARTIFACT_VARIABLE: "0" * 64}
    with pytest.raises(InputError, match=r"not the one that training recorded.* Train again"):
        load_model(artifact, recorded)

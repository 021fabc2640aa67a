"""Checkpoints of multimodal models, by the names of mirrored sets and of folders of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.multimodal.training.checkpoints import found_checkpoints, job_hyperparameters

KEY = "model.hf_text.checkpoint_name"
FIT = {"hyperparameters": {"model.names": ["hf_text"], KEY: "weights/tiny"}}


def test_a_set_is_found_by_its_name_wherever_its_files_are(tmp_path: Path) -> None:
    folder = tmp_path / "tiny" / "mirror-1" / "tiny-bert"

    found = job_hyperparameters(FIT, {"text"}, {"tiny": folder})

    assert found[KEY] == str(folder)


def test_a_folder_of_the_run_is_found_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "config.json").write_text("{}")

    checkpoints = found_checkpoints({"weights": tmp_path})

    assert checkpoints == {"tiny": tmp_path / "tiny"}
    assert job_hyperparameters(FIT, {"text"}, checkpoints)[KEY] == str(tmp_path / "tiny")
    assert found_checkpoints({}) is None


def test_a_checkpoint_that_is_not_mounted_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        job_hyperparameters(FIT, {"text"}, {"tinny": tmp_path})
    assert '"tiny", which' in str(caught.value)
    assert 'did you mean "tinny"' in str(caught.value)

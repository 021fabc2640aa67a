"""A network's training that is killed goes on from its last validation, on another instance."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autogluon_jobs.jobs import train
from autogluon_jobs.jobs.states import States
from autogluon_jobs.multimodal.training import job as training_job
from autogluon_jobs.multimodal.training.kept_states import KeptStates
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.review_data import reviews
from tests.unit.full_containers.shapes import FIT as SHAPES_FIT
from tests.unit.full_containers.shapes import shapes, shapes_job
from tests.unit.full_containers.test_multimodal import FEATURES, WITHOUT_WEIGHTS, put_job
from tests.unit.full_containers.test_multimodal_further import scores
from tests.unit.full_containers.tiny_checkpoints import write_tiny_sam

EPOCHS = 3
FIT: dict[str, Any] = {
    "hyperparameters": {**WITHOUT_WEIGHTS["hyperparameters"], "optim.max_epochs": EPOCHS}
}


class Killed(BaseException):
    """The instance is gone."""


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Steps that were kept, and `kill`: after how many of them, or in the `evaluation`."""
    seen: dict[str, Any] = {"kept": []}
    keep, judge = KeptStates._keep, training_job._judge

    def kept(self: Any, trainer: Any) -> None:
        keep(self, trainer)
        seen["kept"].append(int(trainer.global_step))
        if len(seen["kept"]) == seen.get("kill"):
            raise Killed

    def judged(run: Any) -> Any:
        if seen.get("kill") == "evaluation":
            raise Killed
        return judge(run)

    monkeypatch.setattr(KeptStates, "_keep", kept)
    monkeypatch.setattr(training_job, "_judge", judged)
    return seen


def job_of(base: Path, **changes: Any) -> JobFolder:
    folder = JobFolder(base)
    for channel, rows, seed in (("train", 120, 0), ("test", 60, 1)):
        table = reviews(rows, seed).drop(columns=["review"])
        folder.put(channel, "rows.csv", table.to_csv(index=False))
    put_job(folder, **{"fit_args": FIT, "checkpoints": True, **changes})
    return folder


def killed(folder: JobFolder, steps: dict[str, Any], at: int | str) -> list[int]:
    """Run the job until it is killed; return the steps that it kept."""
    steps |= {"kept": [], "kill": at}
    with pytest.raises(Killed):
        train.main([], folder.environ())
    done = list(steps["kept"])
    steps |= {"kept": [], "kill": None}
    return done


def on_new_instance(job: JobFolder, name: str) -> JobFolder:
    new = JobFolder(job.base.with_name(name))
    shutil.copytree(job.base / "input", new.base / "input")
    shutil.copytree(job.base / "checkpoints", new.base / "checkpoints")
    return new


def finished(folder: JobFolder) -> dict[str, Any]:
    assert train.main([], folder.environ()) == 0, folder.failure
    return folder.metrics()


@pytest.mark.parametrize(
    ("interval", "at"), [(1.0, 2), pytest.param(0.5, 3, marks=pytest.mark.long)]
)
def test_a_killed_job_goes_on_from_its_last_validation(
    tmp_path: Path, steps: dict[str, Any], interval: float, at: int
) -> None:
    hyperparameters = {**FIT["hyperparameters"], "optim.val_check_interval": interval}
    fit_args = {"hyperparameters": hyperparameters}
    whole = finished(job_of(tmp_path / "whole", fit_args=fit_args))
    all_steps = list(steps["kept"])
    assert len(all_steps) == EPOCHS / interval
    first = job_of(tmp_path / "first", fit_args=fit_args)
    assert killed(first, steps, at) == all_steps[:at]
    second = on_new_instance(first, "second")

    metrics = finished(second)

    assert steps["kept"] == all_steps[at:]  # the steps before were not made again
    [model] = metrics["checkpoint"]["models"]
    assert model.endswith(f" up to step {all_steps[at - 1]}")
    assert metrics["checkpoint"]["run"] == "shop-run-1"
    assert "checkpoint" not in whole
    page = (second.output_data / "report.html").read_text("utf-8")
    assert "taken from a checkpoint" in page
    rows = reviews(40, 2)[FEATURES].drop(columns=["review"])
    answers = scores(second, rows)
    np.testing.assert_allclose(answers, scores(JobFolder(tmp_path / "whole"), rows), atol=0.2)
    assert not list(second.model.rglob("*.bin"))
    assert metrics["metrics"]["roc_auc"] == pytest.approx(whole["metrics"]["roc_auc"], abs=0.1)


@pytest.mark.long
def test_a_job_killed_after_its_training_only_judges(tmp_path: Path, steps: dict[str, Any]) -> None:
    first = job_of(tmp_path / "first")
    killed(first, steps, "evaluation")

    metrics = finished(on_new_instance(first, "second"))

    assert steps["kept"] == []
    assert metrics["checkpoint"]["models"]


@pytest.mark.parametrize(("torn", "left"), [(1, 1), pytest.param(2, 0, marks=pytest.mark.long)])
def test_a_torn_state_gives_way_to_the_one_before_or_to_a_fresh_fit(
    tmp_path: Path, steps: dict[str, Any], torn: int, left: int
) -> None:
    first = job_of(tmp_path / "first")
    done = killed(first, steps, 2)
    folder = first.base / "checkpoints" / "states"
    records = sorted(
        (json.loads((folder / name).read_text()) for name in ("0.json", "1.json")),
        key=lambda record: -record["number"],
    )
    for record in records[:torn]:
        file = folder / record["facts"]["last"]
        file.write_bytes(file.read_bytes()[:100])

    metrics = finished(first)

    if left:
        [model] = metrics["checkpoint"]["models"]
        assert model.endswith(f"step {done[0]}")
        assert any("went on from the one before" in text for text in metrics["warnings"])
    else:
        assert "checkpoint" not in metrics
        assert any("so that training began anew" in text for text in metrics["warnings"])
        assert len(steps["kept"]) == EPOCHS


@pytest.mark.long
def test_other_arguments_begin_anew_and_another_run_is_refused(
    tmp_path: Path, steps: dict[str, Any]
) -> None:
    first = job_of(tmp_path / "first")
    killed(first, steps, 1)
    second = on_new_instance(first, "second")
    put_job(second, fit_args={**FIT, "seed": 7}, checkpoints=True)
    third = job_of(tmp_path / "third", fit_args={**FIT, "seed": 7}, continued="shop-run-1")
    channel = third.base / "input" / "data" / "checkpoint"
    shutil.copytree(first.base / "checkpoints", channel)

    metrics = finished(second)

    assert any("of other data, arguments or versions" in text for text in metrics["warnings"])
    assert train.main([], third.environ()) == 1
    assert "The checkpoint of run shop-run-1 is unreadable, or of other" in third.failure


def test_a_run_continues_a_stopped_one_with_more_time(
    tmp_path: Path, steps: dict[str, Any]
) -> None:
    first = job_of(tmp_path / "first")
    done = killed(first, steps, 1)
    longer = {**FIT, "time_limit": 900}
    second = job_of(tmp_path / "second", fit_args=longer, continued="shop-run-1", run="shop-run-2")
    shutil.copytree(first.base / "checkpoints", second.base / "input" / "data" / "checkpoint")

    metrics = finished(second)

    assert metrics["checkpoint"]["run"] == "shop-run-1"
    assert len(steps["kept"]) == EPOCHS - len(done)


@pytest.mark.long
def test_the_training_of_masks_goes_on_from_its_last_validation(
    tmp_path: Path, steps: dict[str, Any]
) -> None:
    write_tiny_sam(tmp_path / "weights" / "tiny-sam")
    table, files = shapes(12, 0, 1)
    test, more = shapes(4, 1, 1)
    epochs = {**SHAPES_FIT["hyperparameters"], "optim.max_epochs": EPOCHS}
    first = shapes_job(
        tmp_path / "first", tmp_path / "weights", table, {**files, **more}, 1, test=test,
        fit_args={**SHAPES_FIT, "hyperparameters": epochs}, checkpoints=True,
    )  # fmt: skip
    done = killed(first, steps, 2)
    second = JobFolder(tmp_path / "second")
    shutil.copytree(first.base / "input", second.base / "input", symlinks=True)
    shutil.copytree(first.base / "checkpoints", second.base / "checkpoints")

    metrics = finished(second)

    assert metrics["checkpoint"]["models"] == [f"sam up to step {done[-1]}"]
    assert steps["kept"][0] > done[-1]
    assert set(metrics["metrics"]) == {"iou", "pixel_accuracy"}


def test_states_are_written_over_and_never_fewer_than_one_is_whole(tmp_path: Path) -> None:
    states = States(tmp_path, "work")
    for number in range(1, 8):
        before = states.newest
        file = states.unused()
        file.write_text(f"state {number}")
        if before is not None:
            assert States(tmp_path, "work").newest == before
        states.keep({"number": number}, [file.name])
        assert not States(tmp_path, "work").torn

    assert {path.name for path in states.folder.iterdir()} == {
        "0.json", "1.json", "0.bin", "1.bin",
    }  # fmt: skip
    found = States(tmp_path, "work").newest
    assert found is not None
    assert (found.number, found.facts) == (7, {"number": 7})
    assert States(tmp_path, "other").newest is None
    assert not States(tmp_path, "other").torn
    (states.folder / "1.json").write_text("{")
    assert States(tmp_path, "work").torn

"""A job that is killed, at whatever moment, ends with the models of one that never was."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.data.channel_table import load_channels
from autogluon_jobs.data.training_frames import prepare_data
from autogluon_jobs.jobs.checkpoint import Checkpoint
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.time_budget import TimeBudget
from autogluon_jobs.jobs.train import main
from autogluon_jobs.tabular.training import job as training_job
from autogluon_jobs.tabular.training.continued_fit import ContinuedFit, continued_fit
from autogluon_jobs.tabular.training.kept_models import KeptModels
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder

ONE_CORE = {"num_cpus": 1, "ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"}}
PLAIN: dict[str, Any] = {
    "hyperparameters": {
        "GBM": [{"num_boost_round": 5}, {"num_boost_round": 9}],
        "XT": {"n_estimators": 8},
    },
    **ONE_CORE,
}
STACKED: dict[str, Any] = {
    "hyperparameters": {"GBM": {"num_boost_round": 5}, "XT": {"n_estimators": 8}},
    "num_bag_folds": 2,
    "num_stack_levels": 1,
    "dynamic_stacking": True,
    **ONE_CORE,
}
TUNED: dict[str, Any] = {
    "hyperparameters": {"GBM": {"num_boost_round": 5}, "XT": {"n_estimators": 8}},
    "hyperparameter_tune_kwargs": {"num_trials": 2, "searcher": "random", "scheduler": "local"},
    **ONE_CORE,
}


class Killed(BaseException):
    """The instance is gone: no handler of the job sees it."""


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Kill the job before or after the model that the dictionary names, or in its evaluation."""
    at: dict[str, str] = {}
    before, after = KeptModels._before_model_fit, KeptModels._after_model_fit
    judge = training_job._judge

    def _before(self: Any, trainer: Any, model: Any, **how: Any) -> Any:
        if at.get("before") == model.name and "ds_sub_fit" not in trainer.path:
            raise Killed
        return before(self, trainer, model, **how)

    def _after(self: Any, trainer: Any, model_names: list[str], **where: Any) -> Any:
        done = after(self, trainer, model_names, **where)
        if at.get("after") in model_names and "ds_sub_fit" not in trainer.path:
            raise Killed
        return done

    def _judged(run: Any) -> Any:
        if "evaluation" in at:
            raise Killed
        return judge(run)

    monkeypatch.setattr(KeptModels, "_before_model_fit", _before)
    monkeypatch.setattr(KeptModels, "_after_model_fit", _after)
    monkeypatch.setattr(training_job, "_judge", _judged)
    return at


def job_of(base: Path, fit_args: dict[str, Any], **changes: Any) -> JobFolder:
    folder = JobFolder(base)
    folder.put("train", "train.csv", shop_data.csv_of(shop_data.rows(240, seed=1)))
    folder.put("test", "test.csv", shop_data.csv_of(shop_data.rows(60, seed=2)))
    folder.put_job(shop_data.LABEL, fit_args=fit_args, checkpoints=True, **changes)
    return folder


def on_new_instance(job: JobFolder, name: str) -> JobFolder:
    """Return a folder with the job's input and its checkpoint, which is all that is left of it."""
    new = JobFolder(job.base.with_name(name))
    shutil.copytree(job.base / "input", new.base / "input")
    if (job.base / "checkpoints").is_dir():
        shutil.copytree(job.base / "checkpoints", new.base / "checkpoints")
    return new


def finished(job: JobFolder) -> JobFolder:
    assert main([], job.environ()) == 0, job.failure
    return job


def leaderboard(job: JobFolder) -> dict[str, tuple[str, str]]:
    with (job.output_data / "leaderboard.csv").open() as lines:
        return {
            row["model"]: (row["score_val"], row["score_test"]) for row in csv.DictReader(lines)
        }


def killed(job: JobFolder, killed_at: dict[str, str], **moment: str) -> None:
    killed_at |= moment
    with pytest.raises(Killed):
        main([], job.environ())
    killed_at.clear()


@pytest.mark.parametrize(
    ("fit_args", "moments"),
    [
        pytest.param(
            PLAIN,
            [
                {"before": "LightGBM"},
                {"before": "LightGBM_2"},
                {"after": "ExtraTrees"},
                {"before": "WeightedEnsemble_L2"},
                {"evaluation": "yes"},
            ],
            marks=pytest.mark.long,
        ),
        (STACKED, [{"after": "LightGBM_BAG_L1"}, {"before": "ExtraTrees_BAG_L2"}]),
    ],
    ids=["plain", "stacked"],
)
def test_a_killed_job_ends_with_the_models_of_one_that_was_not(
    tmp_path: Path,
    killed_at: dict[str, str],
    fit_args: dict[str, Any],
    moments: Sequence[dict[str, str]],
) -> None:
    undisturbed = leaderboard(finished(job_of(tmp_path / "undisturbed", fit_args)))
    job = job_of(tmp_path / "killed", fit_args)
    for number, moment in enumerate(moments):
        killed(job, killed_at, **moment)
        job = on_new_instance(job, f"instance-{number}")
    finished(job)

    assert leaderboard(job) == undisturbed
    taken = job.metrics()["checkpoint"]
    assert taken["run"] == "shop-run-1"
    last = moments[-1].get("before")  # which no instance before the last one trained
    core = [name for name in undisturbed if not name.startswith("Weighted") and name != last]
    assert sorted(taken["models"]) == sorted(core)


@pytest.mark.long
def test_models_of_autogluons_own_tuning_are_kept(
    tmp_path: Path, killed_at: dict[str, str]
) -> None:
    undisturbed = leaderboard(finished(job_of(tmp_path / "undisturbed", TUNED)))
    job = job_of(tmp_path / "killed", TUNED)
    killed(job, killed_at, before="WeightedEnsemble_L2")
    job = finished(on_new_instance(job, "second"))

    assert leaderboard(job) == undisturbed
    assert {"LightGBM/T1", "LightGBM/T2"} <= {*job.metrics()["checkpoint"]["models"]}


@pytest.fixture(scope="module")
def after_two(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    """A job that was killed when two models were finished."""
    job = job_of(tmp_path_factory.mktemp("after-two") / "first", PLAIN)
    original = KeptModels._after_model_fit

    def _after(self: Any, trainer: Any, model_names: list[str], **where: Any) -> Any:
        done = original(self, trainer, model_names, **where)
        if "LightGBM_2" in model_names:
            raise Killed
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeptModels, "_after_model_fit", _after)
        with pytest.raises(Killed):
            main([], job.environ())
    return job


@pytest.fixture
def second(after_two: JobFolder, tmp_path: Path) -> JobFolder:
    """The new instance of that job."""
    new = JobFolder(tmp_path / "second")
    for name in ("input", "checkpoints"):
        shutil.copytree(after_two.base / name, new.base / name)
    return new


def opened(job: JobFolder) -> ContinuedFit:
    """Return what the job's fit begins with, without fitting."""
    paths = JobPaths.from_environ(job.environ())
    config = TrainingJobConfig.from_text((paths.channel("config") / "job.json").read_text())
    tables = load_channels(paths.tables)
    data = prepare_data(tables, shop_data.LABEL, config.reading, None)
    with continued_fit(config, paths, data) as fit:
        assert isinstance(fit, ContinuedFit)
        return fit


def test_finished_models_are_there_for_the_next_instance(second: JobFolder) -> None:
    fit = opened(second)
    assert [part.facts["fitted"] for part in fit.parts] == ["LightGBM", "LightGBM_2"]
    assert (fit.run, fit.warnings, fit.fit_args) == ("shop-run-1", (), {})


def test_a_torn_checkpoint_is_said_and_later_models_do_not_count(second: JobFolder) -> None:
    [model] = (second.base / "checkpoints/parts/0001").rglob("model.pkl")
    model.write_bytes(model.read_bytes()[:100])

    fit = opened(second)

    assert fit.parts == ()
    assert fit.warnings == (
        "The checkpoint was incomplete: 0 of its models were whole, and the other 2 were trained "
        "again.",
    )


@pytest.mark.parametrize("head", ["{}", None])
def test_without_a_readable_head_all_models_are_trained_anew(
    second: JobFolder, head: str | None
) -> None:
    path = second.base / "checkpoints" / "checkpoint.json"
    path.unlink() if head is None else path.write_text(head)

    fit = opened(second)

    assert fit.warnings == (
        "The job's checkpoint was unreadable, so that all models were trained anew.",
    )
    assert opened(second).warnings == ()  # it has a checkpoint of its own from now on


def test_other_data_are_trained_anew(second: JobFolder) -> None:
    second.put("train", "train.csv", shop_data.csv_of(shop_data.rows(200, seed=5)))

    fit = opened(second)

    assert fit.parts == ()
    assert "was of other data, arguments or versions" in fit.warnings[0]
    assert fit.used.before == 0


def test_the_time_of_earlier_instances_counts_and_some_is_always_left(second: JobFolder) -> None:
    [file] = (second.base / "checkpoints" / "seconds").glob("*/0001")
    for used, left in ((70, 30), (500, 5)):
        file.write_text(str(used))
        budget = opened(second).left_of(TimeBudget(time_limit=100.0, derived=False))
        assert budget.time_limit == pytest.approx(left, abs=1)


def test_more_time_is_no_other_work_and_other_arguments_are(second: JobFolder) -> None:
    second.put_job(shop_data.LABEL, fit_args={**PLAIN, "time_limit": 99}, checkpoints=True)
    assert len(opened(second).parts) == 2
    second.put_job(shop_data.LABEL, fit_args={**PLAIN, "num_gpus": 0}, checkpoints=True)
    assert opened(second).parts == ()


def continuing(after_two: JobFolder, base: Path) -> JobFolder:
    """A job of another run, with the checkpoint in a channel."""
    job = job_of(base, PLAIN, run="shop-run-2", continued="shop-run-1")
    channel = job.base / "input/data/checkpoint"
    shutil.copytree(after_two.base / "checkpoints", channel)
    return job


def test_another_run_takes_the_models_and_keeps_them_itself(
    after_two: JobFolder, tmp_path: Path, killed_at: dict[str, str]
) -> None:
    job = continuing(after_two, tmp_path / "second-run")
    killed(job, killed_at, before="WeightedEnsemble_L2")

    job = finished(on_new_instance(job, "third"))

    metrics = job.metrics()
    assert metrics["checkpoint"]["run"] == "shop-run-1"
    page = (job.output_data / "report.html").read_text(encoding="utf-8")
    assert "LightGBM, LightGBM_2, ExtraTrees (of run shop-run-1)" in page
    assert metrics["checkpoint"]["models"] == ["LightGBM", "LightGBM_2", "ExtraTrees"]


def test_another_run_with_other_data_is_refused(after_two: JobFolder, tmp_path: Path) -> None:
    job = continuing(after_two, tmp_path / "second-run")
    job.put("train", "train.csv", shop_data.csv_of(shop_data.rows(200, seed=5)))

    assert main([], job.environ()) == 1
    assert job.failure.startswith(
        "The checkpoint of run shop-run-1 is unreadable, or of other data, arguments or versions."
    )


def test_a_full_disk_costs_the_checkpoint_and_not_the_job(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    class FullDisk(Checkpoint):
        def keep(self, *_arguments: Any) -> None:
            raise OSError(28, "No space left on device")

    models = tmp_path / "fit" / "models"
    trainer = SimpleNamespace(path=str(models), get_model_attribute=lambda name, _: name)
    kept = KeptModels(FullDisk(tmp_path, "r", "w"), [], tmp_path / "fit")
    kept.before_model_fit(trainer, SimpleNamespace(name="LightGBM"))
    assert kept.after_model_fit(trainer, ["LightGBM"]) is False

    assert "Warning: LightGBM could not be kept: " in capfd.readouterr().out

"""What each host of a training job does, up to where Ray's processes begin."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from autogluon.common.utils.distribute_utils import DistributedContext
from autogluon.common.utils.resource_utils import RayResourceManager
from autogluon.core.models.ensemble import fold_fitting_strategy

from autogluon_jobs.cluster.host_log import VARIABLE, host_log, say
from autogluon_jobs.cluster.hosts import Hosts
from autogluon_jobs.cluster.ray_node import port_of
from autogluon_jobs.jobs import train
from autogluon_jobs.tabular.training import distributed_fit, fold_on_host
from tests.unit.containers.job_folder import JobFolder

FOLDS = "s3://bucket/_folds/shop/shop-run-1/"
TWO = {"SM_HOSTS": '["algo-2", "algo-1"]', "SM_CURRENT_HOST": "algo-2"}


def test_the_first_host_by_name_leads() -> None:
    assert Hosts.from_environ(TWO) == Hosts("algo-2", ("algo-1", "algo-2"))
    assert (Hosts.from_environ(TWO).head, Hosts.from_environ(TWO).is_head) == ("algo-1", False)
    assert Hosts.from_environ({}).is_head


def test_runs_have_ports_of_their_own_below_those_of_connections() -> None:
    ports = {port_of(f"income-{number}") for number in range(50)}
    assert len(ports) > 45
    assert all(20_000 <= port < 32_000 and port % 2 == 0 for port in ports)


def test_what_tasks_say_is_printed_by_their_host(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with host_log() as variables:
        monkeypatch.setenv(VARIABLE, variables[VARIABLE])
        say("one")
        say("two")
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_worker_joins_the_cluster_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = JobFolder(tmp_path)
    folder.put("train", "a.csv", "a,y\n1,2\n")
    folder.put_job("y", folds=FOLDS)
    joined: list[object] = []
    monkeypatch.setattr(train, "work", lambda *arguments: joined.append(arguments))

    assert train.main([], {**folder.environ(), **TWO}) == 0

    [(hosts, run, variables)] = joined
    assert hosts == Hosts("algo-2", ("algo-1", "algo-2"))
    assert run == "shop-run-1"
    assert variables == {"AG_DISTRIBUTED_MODE": "1", "AG_MODEL_SYNC_PATH": FOLDS}
    assert not folder.model.exists()


def test_corrections_of_autogluon_last_as_long_as_the_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AG_MODEL_SYNC_PATH", FOLDS)
    fit, before = fold_fitting_strategy._ray_fit, dict(vars(RayResourceManager))

    with distributed_fit._corrected():
        folders = {DistributedContext.get_model_sync_path() for _ in range(2)}
        assert fold_fitting_strategy._ray_fit is fold_on_host.fit_fold
        assert RayResourceManager.get_gpu_count_torch() == 0

    assert len(folders) == 2
    assert all(each.startswith(FOLDS) and each.endswith("/") for each in folders)
    assert DistributedContext.get_model_sync_path() == FOLDS
    assert fold_fitting_strategy._ray_fit is fit
    assert dict(vars(RayResourceManager)) == before


def test_a_fold_is_fitted_as_autogluon_does_and_its_host_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setitem(os.environ, "SM_CURRENT_HOST", "algo-2")
    monkeypatch.setattr(fold_on_host, "_ray_fit", lambda **fold: ("S1F2", fold["X"]))
    fold = {
        "X": 1, "bagged_ensemble_model_path": "/opt/ml/fit/models/LightGBM_BAG_L1/",
        "fold_ctx": {"model_name_suffix": "S1F2"},
    }  # fmt: skip

    assert fold_on_host.fit_fold(**fold) == ("S1F2", 1)
    assert capsys.readouterr().out == "Fold S1F2 of LightGBM_BAG_L1 fitted on algo-2\n"

    monkeypatch.setattr(fold_on_host, "_ray_fit", lambda **_: {"status": "expected_error"})
    fold_on_host.fit_fold(**fold)
    assert capsys.readouterr().out == "Fold S1F2 of LightGBM_BAG_L1 failed on algo-2\n"

"""Let AutoGluon fit the folds of bagged models on all hosts of the job.

AutoGluon does this by itself in a Ray cluster (`AG_DISTRIBUTED_MODE`), and exchanges folds through
S3. Up to 1.6.3 it needs two corrections, and says nowhere which host fits which fold.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from autogluon.common.utils.distribute_utils import DistributedContext
from autogluon.common.utils.resource_utils import RayResourceManager, ResourceManager
from autogluon.core.models.ensemble import fold_fitting_strategy
from autogluon.core.models.ensemble.fold_fitting_strategy import _ray_fit

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.cluster.hosts import Hosts
from autogluon_jobs.cluster.variables import distribution_variables
from autogluon_jobs.tabular.training.fold_on_host import fit_fold


@contextmanager
def distributed_fit(config: TrainingJobConfig, hosts: Hosts) -> Iterator[dict[str, Any]]:
    """Yield arguments that replace the job's, and fit folds on all hosts while the block runs.

    Does nothing for a job with one host.
    """
    if config.folds is None:
        yield {}
        return
    from autogluon_jobs.cluster.head import led_cluster  # imports Ray

    variables = distribution_variables(config.folds)
    with led_cluster(hosts, config.run, variables), _corrected(), _set(variables):
        # Its trial would run on any host, where these corrections are not made.
        ds_args = {**(config.fit_args.get("ds_args") or {}), "memory_safe_fits": False}
        yield {"ds_args": ds_args}


@contextmanager
def _set(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _corrected() -> Iterator[None]:
    folder = DistributedContext.get_model_sync_path

    def own_folder() -> str:
        # AutoGluon downloads each fold, those of the head among them. What an earlier fit left
        # under the same name, such as the trial of dynamic stacking, would replace a new fold.
        return f"{folder()}{uuid.uuid4().hex}/"

    # It asks the cluster for what only a single machine's class has.
    lacking = vars(ResourceManager).keys() - vars(RayResourceManager).keys()
    for name in lacking:
        setattr(RayResourceManager, name, staticmethod(getattr(ResourceManager, name)))
    DistributedContext.get_model_sync_path = staticmethod(own_folder)
    fold_fitting_strategy._ray_fit = fit_fold
    try:
        yield
    finally:
        DistributedContext.get_model_sync_path = staticmethod(folder)
        fold_fitting_strategy._ray_fit = _ray_fit
        for name in lacking:
            delattr(RayResourceManager, name)

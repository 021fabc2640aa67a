"""Find the checkpoint of an earlier run, and see that it is of the same work."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from autogluon_contracts.documents.training_job import (
    CHECKPOINT_FILE,
    CHECKPOINTS_OF,
    CONFIG_CHANNEL,
    FILE_NAME,
    FOLDER_CHANNELS,
    TrainingJobConfig,
)
from autogluon_contracts.names import checkpoint_folder, run_folder
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.training.job_config import job_config
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.training_plan import ContinuedRun, TrainingPlan
from autogluon_lambdas.ports import ObjectStore

_LONGEST_CONFIG_BYTES = 1 << 20
_NEWEST = datetime.max.replace(tzinfo=UTC)  # stores tell times with their zone


def continued_run(
    store: ObjectStore, run: str, plan: TrainingPlan, files: Mapping[str, DataFiles]
) -> ContinuedRun:
    """Return the run whose finished models the planned one takes.

    Raises:
        InvalidInputError: it left no checkpoint, or one of other data or arguments.
    """
    if not plan.checkpoints:
        raise InvalidInputError(
            f'input.continue_run: predictor "{plan.spec.name}" keeps no checkpoints.',
            advice="Set training.checkpoints in the YAML, and deploy.",
        )
    name, bucket = plan.execution.job_name(plan.spec.name, run=run), plan.folder.bucket
    config = run_folder(bucket, plan.spec.name, name).child(f"{CONFIG_CHANNEL}/{FILE_NAME}")
    checkpoint = checkpoint_folder(bucket, plan.spec.name, name)
    began = _written(store, config)
    if began is None:
        raise InvalidInputError(
            f'input.continue_run: predictor "{plan.spec.name}" has no run "{run}".',
            advice="List its runs with `agcdk runs`.",
        )
    if _written(store, checkpoint.child(CHECKPOINT_FILE)) is None:
        raise InvalidInputError(
            f'input.continue_run: run "{run}" has no checkpoint: it did not get as far, its '
            "settings kept none, or it has expired.",
            advice="Leave continue_run out.",
        )
    earlier = TrainingJobConfig.from_text(store.read(config, 0, _LONGEST_CONFIG_BYTES))
    problems = [*_differences(earlier, job_config(plan, files)), *_changed(files, began)]
    if problems:
        raise InvalidInputError(
            f'input.continue_run: run "{run}" trained other models: {listed(problems)} changed.',
            advice="Continue it with the data and arguments that it had, or leave continue_run "
            "out.",
        )
    return ContinuedRun(run, checkpoint)


def _differences(earlier: TrainingJobConfig, planned: TrainingJobConfig) -> Iterator[str]:
    before, now = _work(earlier), _work(planned)
    return (name for name in now if before[name] != now[name])


def _work(config: TrainingJobConfig) -> dict[str, Any]:
    """Return what decides which models a job makes, by the words for it."""
    work = {
        "type": config.type,
        "framework_version": config.framework_version,
        "init_args": config.init_args,
        # A run may go on with more time than the earlier one had.
        "fit_args": {name: v for name, v in config.fit_args.items() if name != "time_limit"},
        "weights": {name: mounted.sha256 for name, mounted in config.weights.items()},
        "data": config.reading,
    }
    folders = {name: config.data.get(name) for name in FOLDER_CHANNELS.values()}
    tables = {f"{name}_data": config.data.get(name) for name in CHECKPOINTS_OF}
    return work | tables | {f"{name}_folder": uri for name, uri in folders.items()}


def _changed(files: Mapping[str, DataFiles], began: datetime) -> Iterator[str]:
    for key, entry in files.items():
        if key.removesuffix("_data") not in CHECKPOINTS_OF:
            continue
        newer = (item for item in entry.objects if item.modified and item.modified > began)
        yield from (item.location.uri for item in newer)


def _written(store: ObjectStore, location: S3Location) -> datetime | None:
    """Return when an object was written; None if it does not exist.

    Where the store does not tell, it counts as newer than anything.
    """
    for item in store.find(location.bucket, location.key, 1):
        if item.location == location:
            return item.modified or _NEWEST
    return None

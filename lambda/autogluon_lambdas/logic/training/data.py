"""Find the data of a training run, and have its predictor type check it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autogluon_contracts.documents.execution_inputs import TrainInput
from autogluon_contracts.documents.training_job import CHANNELS, FOLDER_CHANNELS, SIDE_CHANNELS
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.file_columns import common_columns, read_heads
from autogluon_lambdas.logic.data.locations import DataFiles, find_data_files, require_folder
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.training.further_training import check_further_data
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


@dataclass(frozen=True)
class InspectedData:
    """What a run is trained on.

    Attributes:
        files: by input key.
        columns: of the training data.
        notes: sentences on what deserves a look.
    """

    files: dict[str, DataFiles]
    columns: tuple[str, ...]
    notes: Sequence[str]


def inspect_training_data(
    store: ObjectStore,
    predictor_type: PredictorType,
    asked: TrainInput,
    plan: TrainingPlan,
) -> InspectedData:
    """Look at the heads and columns of a run's data files.

    Raises InvalidDataError naming what is wrong.
    """
    locations = asked.locations()
    with ThreadPoolExecutor(len(locations)) as threads:
        looks = list(threads.map(lambda item: _look(store, *item), locations.items()))
    files = {key: look[0] for key, look in zip(locations, looks, strict=True)}
    columns = {key: look[1] for key, look in zip(locations, looks, strict=True)}
    for key, folder in plan.folders.items():
        require_folder(store, f"input.{key}", folder)
    if plan.parent is not None:
        check_further_data(files, columns, plan.parent)
        notes: Sequence[str] = ()
    else:
        notes = predictor_type.check_training_data(store, files, columns, plan)
    return InspectedData(files, tuple(columns["train_data"]), notes)


def channel_uris(
    files: Mapping[str, DataFiles], folders: Mapping[str, S3Location]
) -> dict[str, str | None]:
    """Return where each channel's data is, None for a table that is not given."""
    tables: dict[str, str | None] = {
        channel: files[key].prefix.uri if key in files else None
        for key, channel in CHANNELS.items()
    }
    tables |= {
        channel: files[key].prefix.uri for key, channel in SIDE_CHANNELS.items() if key in files
    }
    return {**tables, **{FOLDER_CHANNELS[key]: folder.uri for key, folder in folders.items()}}


def _look(store: ObjectStore, key: str, location: S3Location) -> tuple[DataFiles, tuple[str, ...]]:
    files = find_data_files(store, f"input.{key}", location, gzip=True)
    return files, common_columns(files, read_heads(store, files))

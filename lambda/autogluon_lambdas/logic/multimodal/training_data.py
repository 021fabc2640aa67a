"""Check that a multimodal predictor can be trained on the data of a run."""

from collections.abc import Mapping

from autogluon_contracts.data.index_column import INDEX_NAMES
from autogluon_contracts.predictor_types.multimodal.images import declared_images
from autogluon_contracts.predictor_types.multimodal.segmentation import is_segmentation
from autogluon_contracts.predictor_types.multimodal.weights import checkpoint_key, local_checkpoints
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.data.required_columns import require_column, require_train_columns
from autogluon_lambdas.logic.tabular import training_data as tabular
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore

_CONFIG = "config.json"
"""Every checkpoint has one, of transformers and of timm."""
_MOST_OBJECTS = 1000


def check_training_data(
    store: ObjectStore,
    files: Mapping[str, DataFiles],
    columns: Mapping[str, tuple[str, ...]],
    plan: TrainingPlan,
) -> list[str]:
    """Return sentences on columns and classes that deserve a look.

    Raises InvalidDataError naming what is wrong: a column, the label's values, a checkpoint.

    `files` and `columns` have the input's keys: `train_data`, and those given of the others.
    """
    if is_segmentation(plan.init_args):
        notes = _check_masks(files, columns, plan)
    else:
        notes = tabular.check_training_data(store, files, columns, plan.init_args, plan.spec.data)
    for name in plan.fit_args.get("column_types") or ():
        require_column(files["train_data"], columns["train_data"], name, "fit_args.column_types")
    if plan.weights:
        return notes  # the weights' files were checked when they were mirrored
    for model, folder in local_checkpoints(plan.fit_args.get("hyperparameters")).items():
        _require_checkpoint(store, plan, model, folder)
    return notes


def _check_masks(
    files: Mapping[str, DataFiles], columns: Mapping[str, tuple[str, ...]], plan: TrainingPlan
) -> list[str]:
    """Require the columns that name masks and images; the job looks at the files.

    A mask's name is not a class: nothing is counted.
    """
    label = str(plan.init_args["label"])
    for key, entry in files.items():
        require_column(entry, columns[key], label, "label")
    require_train_columns(files, columns)
    read = {label, *declared_images(plan.fit_args), *INDEX_NAMES}
    others = [name for name in columns["train_data"] if name not in read]
    if not others:
        return []
    return [f"Semantic segmentation reads one column of images; not read: {listed(others)}."]


def _require_checkpoint(store: ObjectStore, plan: TrainingPlan, model: str, folder: str) -> None:
    weights = plan.folders["weights"]
    wanted = weights.child(f"{folder}/{_CONFIG}")
    if store.find(wanted.bucket, wanted.key, limit=1):
        return
    found = store.find(weights.bucket, weights.key, limit=_MOST_OBJECTS)
    names = [entry.location.key.removeprefix(weights.key) for entry in found]
    folders = sorted({name.rpartition("/")[0] for name in names if name.endswith(f"/{_CONFIG}")})
    raise InvalidDataError(
        f"input.weights: {wanted.uri} not found, which {checkpoint_key(model)} needs"
        f"{did_you_mean(folder, folders)}.",
        advice=f"Folders with a checkpoint: {', '.join(folders) or 'none'}.",
    )

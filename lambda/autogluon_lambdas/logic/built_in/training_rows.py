"""Write a run's data as the algorithm reads it, into the run's own folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from autogluon_contracts.predictor_types.built_in import BuiltInAlgorithm
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.built_in.labels import label_problem
from autogluon_lambdas.logic.built_in.plain_rows import Columns, picked, write_plain_rows
from autogluon_lambdas.logic.data.byte_stream import ReadBudget
from autogluon_lambdas.logic.data.file_rows import csv_rows, json_rows, text_of
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore

MOST_MEGABYTES = 500
# The planner has three minutes, some of which it needs for all else.
_SECONDS = 140
_OWN_SCRIPT = "Train on fewer rows, or train by a script of your own: type 'script'."


def write_training_rows(
    store: ObjectStore,
    plan: TrainingPlan,
    files: Mapping[str, DataFiles],
    algorithm: BuiltInAlgorithm,
) -> dict[str, DataFiles]:
    """Return the prepared files by the input's key, one for each of the user's.

    Raises InvalidDataError for data that the algorithm cannot take, and for more than the planner
    can prepare.
    """
    _require_small(files)
    budget = ReadBudget(megabytes=MOST_MEGABYTES, seconds=_SECONDS)
    label, facts = str(plan.init_args["label"]), plan.init_args
    columns = Columns(
        names=(label, *features_of(plan.columns or (), label)),
        takes_missing=algorithm.takes_missing,
        label_problem=label_problem(
            str(facts["problem_type"]), algorithm.classes(facts, plan.fit_args)
        ),
    )
    return {
        key: _prepared(store, plan, found, algorithm.channels[key], columns, budget)
        for key, found in files.items()
    }


def features_of(columns: Sequence[str], label: str) -> tuple[str, ...]:
    """Return the features in the order in which the model takes them: that of the training data."""
    return tuple(name for name in columns if name != label)


def _require_small(files: Mapping[str, DataFiles]) -> None:
    size = sum(entry.size for found in files.values() for entry in found.objects)
    if size > MOST_MEGABYTES * 1_000_000:
        raise InvalidDataError(
            f"input.train_data: the run's data has {size / 1_000_000:,.0f} MB; allowed: at most "
            f"{MOST_MEGABYTES} MB, which the planner writes as the algorithm reads them.",
            advice=_OWN_SCRIPT,
        )


def _prepared(
    store: ObjectStore,
    plan: TrainingPlan,
    files: DataFiles,
    channel: str,
    columns: Columns,
    budget: ReadBudget,
) -> DataFiles:
    folder = plan.data_folder(channel)
    written = []
    with readable(files.key):
        for number, entry in enumerate(files.objects):
            where = f"{files.key}: {entry.location.uri}"
            rows = _rows(store, files, entry, columns.names, budget)
            target = folder.child(f"{number:05}.csv")
            written.append(write_plain_rows(store, target, where, rows, columns).entry)
            if budget.spent:
                raise InvalidDataError(
                    f"{where}: the run's data takes longer to prepare than the {_SECONDS} seconds "
                    "that the planner has for it.",
                    advice=_OWN_SCRIPT,
                )
    return replace(files, prefix=folder, objects=tuple(written), format="csv", alone=True)


def _rows(
    store: ObjectStore,
    files: DataFiles,
    entry: S3Object,
    columns: Sequence[str],
    budget: ReadBudget,
) -> Iterator[list[str]]:
    if files.format == "jsonl":
        for record in json_rows(store, files.key, entry, budget):
            yield [text_of(record.get(name)) for name in columns]
        return
    records = csv_rows(store, files.key, entry, budget)
    header = next(records, [])
    yield from picked(f"{files.key}: {entry.location.uri}", header, records, columns)

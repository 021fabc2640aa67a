"""Choose the engine of a batch, and say why: Batch Transform, a bulk job or a pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autogluon_contracts.document import default_of
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.predictor_spec import BatchSpec, PredictorSpec
from autogluon_lambdas.logic.batch.transform_options import asked_options
from autogluon_lambdas.logic.data.locations import MOST_FILES, DataFiles
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.instances import runs_processing

BULK = "bulk"
TRANSFORM = "transform"
PIPELINE = "pipeline"
# From here on, all cores at once gain more than starting them costs.
BULK_FROM_BYTES = 25_000_000
# From here on, one request per file costs more than sharing the files out.
BULK_FROM_FILES = 500
MOST_BULK_FILES = 100_000  # whose headers a function looks at within its 15 minutes
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class EngineChoice:
    """`engine` is `bulk`, `transform` or `pipeline`; `reason` says why, in words for people."""

    engine: str
    reason: str
    has_bulk: bool = True
    """Whether the bulk engine can do it, too: what may advise to use it."""


def wanted_engine(asked: BatchInput, spec: PredictorSpec) -> tuple[str, str]:
    """Return the engine that a batch is to have, perhaps `auto`, and the key that says so."""
    if asked.engine is not None:
        return asked.engine, "input.engine"
    return spec.batch.engine, "the predictor's batch.engine"


def choose_engine(
    asked: BatchInput,
    spec: PredictorSpec,
    files: DataFiles,
    instance_types: Sequence[str],
    *,
    has_bulk_engine: bool,
) -> EngineChoice:
    """Return the engine for a batch of the model alone, by the input, the model and the data.

    The reason says which settings the engine has no use for. Raises InvalidInputError when no
    engine can do what is asked.
    """
    choice = _choice(asked, spec, files, instance_types, has_bulk_engine=has_bulk_engine)
    if choice.engine != BULK:
        return choice
    return replace(choice, reason=f"{choice.reason}{note_on_cuts(spec.batch, 'Batch Transform')}")


def note_on_cuts(batch: BatchSpec, use: str) -> str:
    """Return a clause about settings that cut files, which concern another `use`; "" for none."""
    names = [
        name
        for name in ("split_type", "strategy")
        if getattr(batch, name) != default_of(BatchSpec, name)
    ]
    if not names:
        return ""
    listed = " and ".join(f"batch.{name}" for name in names)
    return f"; {listed} of the settings {'is' if len(names) == 1 else 'are'} for {use}"


def _choice(
    asked: BatchInput,
    spec: PredictorSpec,
    files: DataFiles,
    instance_types: Sequence[str],
    *,
    has_bulk_engine: bool,
) -> EngineChoice:
    wanted, key = wanted_engine(asked, spec)
    only_bulk = _needs_bulk(asked, files)
    only_transform = _needs_transform(asked, spec, instance_types, has_bulk_engine)
    if only_bulk is not None and only_transform is not None:
        raise InvalidInputError(f"{only_bulk}, which needs the bulk engine, but {only_transform}.")
    if only_bulk is not None and wanted == TRANSFORM:
        raise InvalidInputError(
            f'{only_bulk}, which needs the bulk engine, but {key} is "transform".',
            advice='Set input.engine to "bulk".',
        )
    if only_transform is not None and wanted == BULK:
        options = asked_options(asked)
        raise InvalidInputError(
            f'{key}: got "bulk", but {only_transform}.',
            advice=f'Use "transform", or leave out {", ".join(options)}.'
            if options
            else 'Use "transform".',
        )
    if wanted != "auto":
        return EngineChoice(wanted, f'{key} is "{wanted}"', has_bulk=only_transform is None)
    if only_bulk is not None:
        return EngineChoice(BULK, only_bulk)
    if only_transform is not None:
        return EngineChoice(TRANSFORM, only_transform, has_bulk=False)
    return _by_size(files)


def _needs_bulk(asked: BatchInput, files: DataFiles) -> str | None:
    if asked.output_format == "parquet":
        return 'input.output_format is "parquet"'
    if asked.include_columns:
        return "input.include_columns is given"
    if asked.resume is not None:
        return "input.resume is given"
    if asked.max_files_per_job is not None:
        return "input.max_files_per_job is given"
    count = len(files.objects)
    if count > MOST_FILES:
        return f"input.data has {count:,} files, more than the {MOST_FILES:,} of a transform job"
    return None


def _needs_transform(
    asked: BatchInput, spec: PredictorSpec, instance_types: Sequence[str], has_bulk_engine: bool
) -> str | None:
    if not has_bulk_engine:
        return f"the bulk engine does not predict {spec.type} models"
    for name in instance_types:
        if not runs_processing(name):
            return f"SageMaker does not offer {name} for processing jobs"
    if spec.batch.transform_ami_version is not None:
        return (
            "the predictor's batch.transform_ami_version is set, and a processing job cannot "
            "choose a host image"
        )
    if spec.transform_ami_version is not None:
        return (
            f"the GPU image of AutoGluon {spec.framework_version} needs the host image "
            f"{spec.transform_ami_version}, which a processing job cannot choose"
        )
    options = asked_options(asked)
    if options:
        return f"input.{options[0]} is given, which only transform jobs have"
    return None


def _by_size(files: DataFiles) -> EngineChoice:
    total = sum(entry.size for entry in files.objects)
    count = len(files.objects)
    size = f"{total / _MEGABYTE:,.1f} MB in {count:,} file{'s' if count > 1 else ''}"
    limit = f"{BULK_FROM_BYTES / _MEGABYTE:.0f} MB"
    if total >= BULK_FROM_BYTES:
        return EngineChoice(BULK, f"the data has {size}: from {limit} on, all cores share the work")
    if count >= BULK_FROM_FILES:
        return EngineChoice(
            BULK, f"the data has {size}: from {BULK_FROM_FILES} files on, several jobs share them"
        )
    return EngineChoice(
        TRANSFORM, f"the data has {size}: below {limit}, the model server is enough"
    )

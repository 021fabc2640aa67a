"""Size the storage volume of a bulk job's instances."""

import math

from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.batch.data import BatchData, BatchFile
from autogluon_lambdas.models.errors import InvalidDataError

LARGEST_GB = 16_384  # SageMaker's limit
_GIGABYTE = 1_000_000_000
_SPARE_GB = 10
_MODEL_COPIES = 5  # the archive, and what is in it
_BYTES_PER_CELL = 25  # a 64-bit float as text, and its comma
_SMALLEST_CELL_BYTES = 2


def volume_size_gb(
    data: BatchData, *, instances: int, model_bytes: int, features: int, answer_columns: int
) -> int:
    """Return the GB for an instance's share of the input, its results, and the model.

    SageMaker shares files out by number, so the largest files may meet on one instance. Of a file
    in parts every instance has a copy, and the results of its own parts. Raises InvalidDataError
    when no volume is large enough.
    """
    whole = [file for file in data.inspected if file.parts == 1]
    cut = [file for file in data.inspected if file.parts > 1]
    share = math.ceil(len(whole) / instances)
    needed = sorted((file.entry.size + _result_bytes(file, features, answer_columns)
                     for file in whole), reverse=True)  # fmt: skip
    shared = sum(
        file.entry.size
        + _result_bytes(file, features, answer_columns)
        * math.ceil(file.parts / instances)
        // file.parts
        for file in cut
    )
    total = sum(needed[:share]) + shared + _MODEL_COPIES * model_bytes
    size = _SPARE_GB + math.ceil(total / _GIGABYTE)
    if size > LARGEST_GB:
        raise InvalidDataError(
            f"{data.files.key}: {share + len(cut):,} files on each of {instances} instances may "
            f"need a volume of {size:,} GB; allowed: {LARGEST_GB:,} GB.",
            advice="Write smaller files and set input.instance_count.",
        )
    return size


def require_local_storage(data: BatchData, needed_gb: int, batch: BatchPlan) -> None:
    """Raise InvalidDataError when the local disks, which replace the volume, are too small.

    SageMaker refuses a volume larger than the local disks of the type.
    """
    local_gb = batch.spec.batch.local_storage_gb.get(batch.instance_type)
    if local_gb is not None and needed_gb > local_gb:
        raise InvalidDataError(
            f"{data.files.key}: an instance may need {needed_gb:,} GB of storage, but "
            f"{batch.instance_type} has local NVMe disks of {local_gb:,} GB and no volume.",
            advice="Use a type without local disks, or set input.instance_count.",
        )


def _result_bytes(file: BatchFile, features: int, answer_columns: int) -> int:
    """Return the bytes of one file's result; carried columns add at most the input."""
    rows = file.rows
    if rows is None:
        rows = file.entry.size // (_SMALLEST_CELL_BYTES * max(1, features))
    return file.entry.size + rows * answer_columns * _BYTES_PER_CELL

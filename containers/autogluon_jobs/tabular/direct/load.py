"""Load the direct path of an artifact, only with its proof."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.direct.files.artifact_files import (
    FOLDER,
    LIBRARIES,
    UnusableError,
    read_document,
)
from autogluon_jobs.tabular.direct.proof import prove


def load_proved(
    artifact: Path,
    schema: FeatureSchema,
    cores: int,
    *,
    whole_calls: bool = True,
    libraries: Sequence[str] = LIBRARIES,
) -> DirectEngine:
    """Load the direct path and hold it to AutoGluon's stored answers.

    Args:
        artifact: the unpacked artifact.
        schema: what the predictor takes.
        cores: what one prediction may use at most.
        whole_calls: see `DirectEngine`.
        libraries: those whose versions have to be the training's.

    Raises:
        UnusableError: it does not exist, its files are damaged, or its answers are not AutoGluon's.
    """
    folder = artifact / FOLDER
    if not folder.is_dir():
        raise UnusableError("training did not export it")
    document = read_document(folder)
    try:
        engine = DirectEngine(document, folder, schema, cores, whole_calls=whole_calls)
        prove(folder, schema, engine, libraries)
    except (OSError, LookupError, TypeError, ValueError, InputError) as error:
        # Its files are whole: something in them is not what this code expects. AutoGluon serves.
        raise UnusableError(
            f"this code does not support what it holds ({type(error).__name__}: {error})"
        ) from error
    return engine

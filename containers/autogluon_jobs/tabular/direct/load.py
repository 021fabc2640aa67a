"""Load the direct path of an artifact, only with its proof."""

from __future__ import annotations

from pathlib import Path

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.direct.files.artifact_files import FOLDER, UnusableError
from autogluon_jobs.tabular.direct.proof import prove


def load_proved(artifact: Path, schema: FeatureSchema, cores: int) -> DirectEngine:
    """Load the direct path and hold it to AutoGluon's stored answers.

    Args:
        artifact: the unpacked artifact.
        schema: what the predictor takes.
        cores: what one prediction may use at most.

    Raises:
        UnusableError: it does not exist, its files are damaged, or its answers are not AutoGluon's.
    """
    folder = artifact / FOLDER
    if not folder.is_dir():
        raise UnusableError("training did not export it")
    try:
        engine = DirectEngine.load(folder, schema, cores)
        prove(folder, schema, engine)
    except (OSError, KeyError, IndexError, TypeError, ValueError, InputError) as error:
        # A damaged file can fail in as many ways as it can be damaged; AutoGluon still serves.
        raise UnusableError(f"its files are damaged ({type(error).__name__}: {error})") from error
    return engine

"""Choose the engine of an artifact: the direct path where it proves itself, else AutoGluon."""

from __future__ import annotations

import sys
from pathlib import Path

from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError
from autogluon_jobs.tabular.direct.load import load_proved


def choose_engine(
    artifact: Path,
    schema: FeatureSchema,
    cores: int,
    *,
    small_requests: bool = True,
    direct: bool = True,
) -> Engine:
    """Load the fastest engine whose answers are AutoGluon's, and say in the log which.

    Args:
        artifact: the unpacked artifact.
        schema: what the predictor takes.
        cores: what one prediction may use at most.
        small_requests: whether there will be some; a slower start makes them faster. Batches have
            none: they are cut into pieces anyway, so the direct path cuts them to bound its memory.
        direct: whether the direct path may serve.
    """
    try:
        if not direct:
            raise UnusableError("serving.engine is autogluon")
        engine = load_proved(artifact, schema, cores, whole_calls=small_requests)
    except UnusableError as error:
        _log(f"Serving through AutoGluon: the direct path is not available ({error}).")
        # AutoGluon takes seconds to import, which the direct path does without.
        from autogluon_jobs.tabular.engines.autogluon_engine import AutoGluonEngine

        return AutoGluonEngine.load(artifact, schema, cores, compiled=small_requests)
    _log("Serving on the direct path: its answers to the stored rows equal AutoGluon's.")
    for model in engine.left_to_autogluon:
        _log(f"Left to AutoGluon's own model, which is slower: {model}.")
    if engine.by_call:
        names = ", ".join(engine.by_call)
        _log(f"Last bits may depend on the rows that share a call: {names}; see serving.joining.")
    return engine


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

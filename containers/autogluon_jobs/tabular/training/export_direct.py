"""Export the direct path into an artifact, beside AutoGluon's own files."""

from __future__ import annotations

import json
import shutil
import traceback
from pathlib import Path
from typing import Any

import pandas as pd

from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.engine import DirectEngine
from autogluon_jobs.tabular.direct.export.export_encoding import encoding_rules
from autogluon_jobs.tabular.direct.export.export_models import ModelExporter
from autogluon_jobs.tabular.direct.export.export_proof import export_proof
from autogluon_jobs.tabular.direct.export.typed_rules import typed_rules
from autogluon_jobs.tabular.direct.files.artifact_files import (
    FOLDER,
    MODEL_FILE,
    VERSION,
    NotExportableError,
    UnusableError,
    checksums_of,
    left_to_autogluon,
    read_document,
)
from autogluon_jobs.tabular.direct.load import load_proved
from autogluon_jobs.tabular.direct.sample_rows import sample_rows
from autogluon_jobs.tabular.engines.autogluon_engine import AutoGluonEngine


def export_direct(artifact: Path, schema: FeatureSchema, rows: pd.DataFrame) -> str | None:
    """Write `direct/` into the artifact and prove it; nothing is left where that fails.

    Args:
        artifact: a folder with AutoGluon's deployable clone.
        schema: what the predictor takes.
        rows: rows of the job to prove the path on, with its dtypes.

    Returns:
        The reason why this predictor has no direct path, or None.
    """
    folder = artifact / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        _write(artifact, folder, schema, rows)
        load_proved(artifact, schema, cores=1)
    except (NotExportableError, UnusableError) as error:
        shutil.rmtree(folder)
        return str(error)
    except Exception as error:  # noqa: BLE001 - hours of training must not be lost over a speed-up
        traceback.print_exc()
        shutil.rmtree(folder)
        return f"exporting it failed with {type(error).__name__}: {error}"
    return None


def slow_parts(artifact: Path, reason: str | None) -> str | None:
    """Return a sentence on what AutoGluon's own code serves; None where the direct path is whole.

    Args:
        artifact: after `export_direct`.
        reason: what that returned.
    """
    left = [reason] if reason is not None else left_to_autogluon(read_document(artifact / FOLDER))
    if not left:
        return None
    what = "the whole predictor" if reason is not None else "a part of it"
    return f"AutoGluon's own code serves {what}, which takes longer: {'; '.join(left)}."


def _write(artifact: Path, folder: Path, schema: FeatureSchema, rows: pd.DataFrame) -> None:
    engine = AutoGluonEngine.load(artifact, schema)
    predictor = engine.predictor
    (generator,) = predictor._learner.feature_generators
    rules = encoding_rules(generator, schema)
    sample = sample_rows(schema, rows)
    reader = RowReader(schema)
    table = table_of_lists(reader, sample)
    rules = typed_rules(generator, schema, rules, table)
    models = ModelExporter(predictor, folder, rules).export()
    document = {
        "version": VERSION,
        "best_model": predictor.model_best,
        "decision_threshold": predictor.decision_threshold,
        "known_classes": _known_classes(predictor, schema),
        "features": rules,
        "models": models,
    }
    direct = DirectEngine(document, folder, schema, cores=1)
    export_proof(folder, schema, sample, engine, direct)
    document["files"] = checksums_of(folder)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    (folder / MODEL_FILE).write_text(text, encoding="utf-8")


def _known_classes(predictor: Any, schema: FeatureSchema) -> list[int]:
    """Return positions of the classes that models know, in their order."""
    cleaner = predictor._learner.label_cleaner
    if schema.problem_type == "multiclass":
        if type(cleaner).__name__ != "LabelCleanerMulticlass":
            raise NotExportableError("a multiclass label of two classes")
        return list(cleaner.label_index_to_keep)
    return list(range(len(schema.classes or ())))

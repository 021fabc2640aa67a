"""Compile a loaded predictor for few rows."""

from __future__ import annotations

import sys
from typing import Any

from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.frames import frame_of
from autogluon_jobs.tabular.compiled.features import CompiledFeatures
from autogluon_jobs.tabular.compiled.frame_inputs import FrameInputs
from autogluon_jobs.tabular.compiled.members import compile_members
from autogluon_jobs.tabular.compiled.probe_rows import probe_table, splits_of, words_of
from autogluon_jobs.tabular.direct.export.export_encoding import Rule, encoding_rules
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError
from autogluon_jobs.tabular.prediction.threads import members_of

_PROBE_ROWS = 128


def compile_predictor(predictor: Any, schema: FeatureSchema) -> CompiledFeatures | None:
    """Let a predictor's models answer few rows by their exported files, as far as they can be.

    Args:
        predictor: a `TabularPredictor` whose models are in memory; its models are changed.
        schema: what it takes.

    Returns:
        What makes the features of few rows; None where only AutoGluon can.
    """
    try:
        return _compiled(predictor, schema)
    except Exception as error:  # noqa: BLE001 - a server must not fail over a missing speed-up
        _log(f"Small requests go through AutoGluon alone ({type(error).__name__}: {error}).")
        return None


def _compiled(predictor: Any, schema: FeatureSchema) -> CompiledFeatures | None:
    inputs = FrameInputs()
    (generator,) = predictor._learner.feature_generators
    rules, reason = _rules(generator, schema)
    trainer = predictor._trainer
    models = [trainer.load_model(name) for name in trainer.get_model_names()]
    seen = splits_of((member for model in models for member in members_of(model)), schema)
    probe = probe_table(schema, seen | words_of(rules), _PROBE_ROWS)
    compiled = compile_members(predictor, generator.transform(frame_of(probe)), inputs)
    features = None
    if reason is None:
        try:
            features = CompiledFeatures(generator, rules, schema, probe, inputs)
        except NotExportableError as error:
            reason = str(error)
    made = "compiled" if reason is None else f"AutoGluon's ({reason})"
    _log(f"Small requests: {compiled} members are compiled, features are {made}.")
    return features


def _rules(generator: Any, schema: FeatureSchema) -> tuple[list[Rule], str | None]:
    try:
        return encoding_rules(generator, schema), None
    except NotExportableError as error:
        return [], str(error)


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

"""Shared code knows no predictor type by its name: what differs is asked of the type."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from autogluon_contracts.predictor_types import known_types
from tests.never_empty import never_empty

PROJECT = Path(__file__).parents[3]
SIDES = ("contracts", "constructs", "lambda", "containers", "client", "stacks")
ROOMS = frozenset(known_types())
PACKAGES = ("autogluon_contracts", "autogluon_constructs", "autogluon_lambdas",
            "autogluon_jobs", "autogluon_client", "autogluon_cli")  # fmt: skip
# Words of their own, too: a key of settings, and a Python package. They are only looked for where
# code compares with them, and among imports.
WORDS = frozenset({"script", "xgboost"})
NAMES = (ROOMS - WORDS) | {"semantic_segmentation"}

EARLIER = "models of the first releases name no type: they are tabular"
PUBLIC = "the public names of the Python client, with their types"
DRAFTS = "a part of first_settings/types, which alone imports it"
SCRIPTS = "imports the section of scripts"
ALLOWED = {
    "autogluon_contracts/documents/feature_schema.py": EARLIER,
    "autogluon_jobs/schema/feature_schema.py": EARLIER,
    "autogluon_constructs/settings/predictor.py": "the default of `type`; the section of scripts",
    "autogluon_contracts/models/known_weights.py": "a catalogue: which weights are for which type",
    "autogluon_client/__init__.py": PUBLIC,
    "autogluon_client/predictors/cloud_predictor.py": PUBLIC,
    "autogluon_cli/first_settings/long_table.py": DRAFTS,
    "autogluon_cli/first_settings/checkpoints.py": DRAFTS,
    "autogluon_constructs/settings/algorithms/algorithm_resource.py": SCRIPTS,
    "autogluon_constructs/settings/rules/combinations.py": SCRIPTS,
    "autogluon_jobs/processing/main.py": "its script is that of a processing job",
}
"""File -> why it may name a type."""


def _shared_files() -> list[Path]:
    """Return the files that belong to no type: no folder or module on their path is named so."""
    found = (path for side in SIDES for path in (PROJECT / side).rglob("*.py"))
    return never_empty(
        path for path in found if not ROOMS & set(path.relative_to(PROJECT).with_suffix("").parts)
    )


def named_types(source: str) -> Iterator[str]:
    """Yield each place where code names a type: as a text, in a comparison, or by an import."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield f"line {node.lineno}: {node.value!r}"
        elif isinstance(node, ast.Compare):
            texts = {it.value for it in ast.walk(node) if isinstance(it, ast.Constant)}
            if texts & WORDS and "type" in ast.unparse(node):
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGES):
            parts = {*str(node.module).split("."), *(name.name for name in node.names)}
            if parts & ROOMS:
                yield f"line {node.lineno}: {ast.unparse(node)}"


def test_no_shared_file_names_a_type() -> None:
    found = {
        str(path.relative_to(PROJECT)): list(named_types(path.read_text("utf-8")))
        for path in _shared_files()
    }
    named = {path: places for path, places in found.items() if places}
    unexpected = {
        path: places for path, places in named.items() if path.partition("/")[2] not in ALLOWED
    }
    assert unexpected == {}
    assert {path.partition("/")[2] for path in named} == set(ALLOWED)  # no entry is left over


@pytest.mark.parametrize(
    "source",
    [
        'if kind == "timeseries": pass',
        'spec.type in ("script", "tabular")',
        'spec.type != "script"',
        "from autogluon_jobs.timeseries.series import steps",
        "from autogluon_client.predictors import multimodal",
        'TYPES = {"semantic_segmentation": 1}',
    ],
)
def test_a_leak_is_found(source: str) -> None:
    assert list(named_types(source))


@pytest.mark.parametrize(
    "source",
    [
        'document["script"]',
        'kind == "text"',
        "import xgboost",
        "from autogluon.tabular import TabularPredictor",
    ],
)
def test_other_words_are_left_alone(source: str) -> None:
    assert not list(named_types(source))

"""Define the direct path's files in an artifact: names, version, checksums, library versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

FOLDER = "direct"
MODEL_FILE = "model.json"
PROOF_FILE = "proof.json"
SCORES_FILE = "proof_scores.npy"
BY_CALL_FILE = "proof_by_call.npz"
"""What models answered whose last bits depend on the call; absent where there are none."""
VERSION = 2
"""Of what is written. Version 1, of release 0.1, has the same files where no model is left to
AutoGluon, and no `by_call` in its proof."""
LEFT_TO_AUTOGLUON = "foreign"
"""The key of a node whose model only AutoGluon can compute; it holds the reason."""

# Their versions decide whether the direct path equals AutoGluon.
LIBRARIES = (
    "autogluon.tabular", "numpy", "lightgbm", "scikit-learn", "xgboost", "xgboost-cpu", "catboost",
)  # fmt: skip


class NotExportableError(Exception):
    """The predictor has a part that only AutoGluon itself can compute; the text names it."""


class UnusableError(Exception):
    """The exported files cannot be used here; the text says why."""


def checksums_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in `folder`, by name."""
    return {path.name: _sha256(path) for path in sorted(folder.iterdir())}


def read_document(folder: Path) -> dict[str, Any]:
    """Return what `model.json` holds, after a check of the files that it names.

    Raises:
        UnusableError: it or one of the files is damaged or missing, or has another version.
    """
    try:
        document: dict[str, Any] = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        found, files = document["version"], document.get("files", {})
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise UnusableError(f"its file {MODEL_FILE} is damaged or missing") from error
    if found not in (1, VERSION):
        raise UnusableError(f"{MODEL_FILE} has version {found!r}, not {VERSION}")
    _require_whole(folder, files)
    if found == 1 and left_to_autogluon(document):
        raise UnusableError(f"{MODEL_FILE} has version 1 and leaves models to AutoGluon")
    return document


def left_to_autogluon(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what models of `model.json` run through AutoGluon, each with the reason."""
    return tuple(
        node[LEFT_TO_AUTOGLUON] for node in document["models"] if LEFT_TO_AUTOGLUON in node
    )


def _require_whole(folder: Path, expected: Mapping[str, str]) -> None:
    """Refuse files that are missing or changed: LightGBM ends the process over some of them."""
    for name, checksum in expected.items():
        path = folder / name
        if not path.is_file() or _sha256(path) != checksum:
            raise UnusableError(f"its file {name} is damaged or missing")


def installed_versions() -> dict[str, str | None]:
    """Return the version of each library that the direct path depends on; None if not installed."""
    return {name: _version(name) for name in LIBRARIES}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

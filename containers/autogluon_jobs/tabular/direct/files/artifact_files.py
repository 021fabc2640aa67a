"""Where the direct path lies in the artifact, and which version of it this code reads."""

from __future__ import annotations

FOLDER = "direct"
MODEL_FILE = "model.json"
PROOF_FILE = "proof.json"
SCORES_FILE = "proof_scores.npy"
VERSION = 1


class NotExportableError(Exception):
    """The predictor has a part that only AutoGluon itself can compute; the text names it."""


class UnusableError(Exception):
    """The exported files cannot be used here; the text says why."""

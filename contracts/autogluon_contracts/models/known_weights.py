"""List the pretrained weights that AutoGluon's models ask for by name.

Source of names and repositories: AutoGluon 1.6.3 (`autogluon.timeseries.models`, its `configs`, and
`autogluon.tabular.models.mitra`). Source of licences: the models' pages on Hugging Face, read in
November 2026; where none is listed, the page has to be read before the weights are mirrored. The
job that mirrors weights compares either with what the hub says then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

FOLDER = "weights/"
"""A checkpoint's name that starts so is a mirrored set, or a folder of the run's `weights`."""
HUB = "https://huggingface.co"
"""Where weights are mirrored from, unless the settings name another hub of the same API."""

CHECKPOINT_MODELS = ("hf_text", "timm_image", "clip", "sam")
"""Models of a `MultiModalPredictor` that start from pretrained weights, downloaded by name."""


@dataclass(frozen=True)
class KnownWeights:
    """Weights on the hub: where, for which predictor type, under which licence if that is known."""

    repository: str
    type: str
    license: str | None


def _series(repository: str, license_id: str | None = "apache-2.0") -> KnownWeights:
    return KnownWeights(repository, "timeseries", license_id)


def _tables(repository: str) -> KnownWeights:
    return KnownWeights(repository, "tabular", "apache-2.0")


KNOWN_WEIGHTS: Mapping[str, KnownWeights] = {
    "chronos-2": _series("autogluon/chronos-2"),
    "chronos-2-small": _series("autogluon/chronos-2-small"),
    "chronos-bolt-tiny": _series("autogluon/chronos-bolt-tiny"),
    "chronos-bolt-mini": _series("autogluon/chronos-bolt-mini"),
    "chronos-bolt-small": _series("autogluon/chronos-bolt-small"),
    "chronos-bolt-base": _series("autogluon/chronos-bolt-base"),
    "toto-2-4m": _series("Datadog/Toto-2.0-4m", None),
    "toto-2-22m": _series("Datadog/Toto-2.0-22m", None),
    "toto-2-313m": _series("Datadog/Toto-2.0-313m", None),
    "toto-2-1b": _series("Datadog/Toto-2.0-1B", None),
    "toto-2-2500m": _series("Datadog/Toto-2.0-2.5B", None),
    "mitra-classifier": _tables("autogluon/mitra-classifier"),
    "mitra-regressor": _tables("autogluon/mitra-regressor"),
}
"""The name of a set of weights -> what it holds."""


def name_of(repository: str) -> str | None:
    """Return the name of a known repository's weights, else None.

    Example:
        >>> name_of("autogluon/chronos-2-small")
        'chronos-2-small'
    """
    return next(
        (name for name, known in KNOWN_WEIGHTS.items() if known.repository == repository), None
    )


def set_in(checkpoint: object) -> str | None:
    """Return the set or folder that a checkpoint's name means; None where it means none.

    Example:
        >>> set_in("weights/my-forecaster")
        'my-forecaster'
    """
    if not isinstance(checkpoint, str) or not checkpoint.startswith(FOLDER):
        return None
    return checkpoint.removeprefix(FOLDER).strip("/")


def wrong_type_problem(weights: Collection[str], predictor_type: str) -> str | None:
    """Return which set is for predictors of another type; None: none is."""
    for name in weights:
        known = KNOWN_WEIGHTS.get(name)
        if known is not None and known.type != predictor_type:
            return f"weights: got '{name}', which is for {known.type} predictors; leave it out"
    return None

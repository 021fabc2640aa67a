"""The feature schema that a training job leaves behind, as far as the functions need it."""

import json
from dataclasses import dataclass

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class FeatureSchema:
    """Label, classes (None for regression) and feature names in training order.

    `ignored` are columns of the training data that are not features; files may carry them.
    `quantile_levels` are those of a quantile regression, whose answers have a column for each.
    """

    label: str
    problem_type: str
    classes: tuple[str, ...] | None
    features: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    quantile_levels: tuple[float, ...] | None = None

    @classmethod
    def from_json(cls, text: bytes) -> "FeatureSchema":
        """Read `feature_schema.json`; raises ValueError when it is not one of version 1."""
        raw = json.loads(text)
        if raw.get("version") != SCHEMA_VERSION:
            raise ValueError(f"version: got {raw.get('version')!r}; allowed: {SCHEMA_VERSION}")
        classes, levels = raw["classes"], raw.get("quantile_levels")
        return cls(
            label=raw["label"],
            problem_type=raw["problem_type"],
            classes=None if classes is None else tuple(str(name) for name in classes),
            features=tuple(feature["name"] for feature in raw["features"]),
            ignored=tuple(raw.get("ignored", ())),
            quantile_levels=None if levels is None else tuple(levels),
        )

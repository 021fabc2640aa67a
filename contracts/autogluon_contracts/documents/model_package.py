"""Define a model version's metadata: CustomerMetadataProperties of its model package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from autogluon_contracts.document import key

_LONGEST_VALUE = 256
_NOT_ALLOWED_IN_VALUE = re.compile(r"[^\w .:/=+\-@]")


@dataclass(frozen=True, kw_only=True)
class VersionMetadata:
    """What the registry tells of a version; every value is a string, an unknown one is absent.

    Registrations by other tools have other keys, so readers expect any of these to be None.
    """

    predictor: str | None = key("the predictor's name", default=None)
    run: str | None = key("the training job's name", default=None)
    run_folder: str | None = key("S3 URI of the run's folder", default=None)
    execution: str | None = key("ARN of the execution", default=None)
    decision: str | None = key(
        "what the quality gate decided: the ModelApprovalStatus at registration", default=None
    )
    reason: str | None = key("the quality gate's sentence", default=None)
    best_model: str | None = key("the model that predicts", default=None)
    evaluated_on: str | None = key("`test` or `holdout`", default=None)
    eval_metric: str | None = key("the metric that training optimized", default=None)
    eval_metric_value: str | None = key("its value", default=None)
    report_uri: str | None = key("S3 URI of the report's page", default=None)
    train_data: str | None = key("S3 URI of the channel `train`", default=None)
    test_data: str | None = key("S3 URI of the channel `test`", default=None)
    tuning_data: str | None = key("S3 URI of the channel `tuning`", default=None)
    static_features: str | None = key("S3 URI of the channel `static`", default=None)
    instance_type: str | None = key("what the training job ran on", default=None)
    usd: str | None = key(
        "what its training job cost, or all trials of its search, by list price", default=None
    )
    parent: str | None = key(
        "the model that it was trained from: ARN of a version, or S3 URI of an artifact",
        default=None,
    )
    parent_run: str | None = key("name of the job that trained that model", default=None)
    parent_sha256: str | None = key("hash of that model's artifact", default=None)
    method: str | None = key("how it was trained further, such as `refit_full`", default=None)
    imported_from: str | None = key(
        "ARN of the version, in another environment, that it was imported from", default=None
    )
    registered_from: str | None = key(
        "the artifact, trained elsewhere, that it was registered from", default=None
    )
    live_since: str | None = key("when it last went live, in ISO 8601", default=None)
    promotion_failed: str | None = key(
        "when its last promotion failed; absent once one succeeded", default=None
    )

    def to_properties(self) -> dict[str, str]:
        """Return CustomerMetadataProperties.

        SageMaker refuses the whole version for one odd character or a value over 256 characters.
        """
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: _NOT_ALLOWED_IN_VALUE.sub("_", value)[:_LONGEST_VALUE]
            for name, value in values.items()
            if value
        }

    @classmethod
    def from_properties(cls, properties: Mapping[str, str] | None) -> Self:
        """Read CustomerMetadataProperties; other keys are left out."""
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in (properties or {}).items() if name in known})

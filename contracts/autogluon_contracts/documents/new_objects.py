"""Define batches of new objects: the part of the spec, and what starts one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from autogluon_contracts.document import Document, key


@dataclass(frozen=True, kw_only=True)
class NewObjectsSpec:
    """Objects of which each starts a batch as soon as it exists."""

    location: str = key(
        "`s3://<bucket>/<what their keys begin with>`; the bucket may be `{data_bucket}`",
        non_empty=True,
    )
    suffix: str | None = key(
        "what their keys end in; null: anything", default=None, non_empty=True, omit_null=True
    )
    input: Mapping[str, Any] = key(
        "the execution's input without `predictor` and `data`", factory=dict
    )
    enabled: bool = key("whether batches start", default=True)

    @property
    def bucket(self) -> str:
        """Return the bucket's name, or `{data_bucket}`."""
        return self.location.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        """Return what the keys begin with; empty: anything."""
        return self.location.removeprefix("s3://").partition("/")[2]


@dataclass(frozen=True, kw_only=True)
class NewObject(Document):
    """What EventBridge hands over of an object that was created."""

    NAME: ClassVar[str] = "new object"
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    predictor: str = key("the predictor's name", non_empty=True)
    rule: str = key("the name below `on_new_objects` in the predictor's settings", non_empty=True)
    detail: Mapping[str, Any] = key(
        "the `detail` of S3's event `Object Created`, in which keys are not URL-encoded"
    )

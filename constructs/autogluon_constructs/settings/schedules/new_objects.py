"""Define the batches that start as soon as an object exists."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from autogluon_constructs.settings.readable_locations import ReadableLocation
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.new_objects import NewObjectsSpec
from autogluon_contracts.jobs.scheduled_locations import DATA_BUCKET


class NewObjects(Section):
    """Batches that start by themselves, one for each object that is created.

    An object is created by an upload, by a copy and when it is replaced. Folders' markers, hidden
    files (`_SUCCESS`), empty objects and manifests start none.
    """

    location: ReadableLocation
    """What begins with this, such as `s3://{data_bucket}/incoming/`, where `{data_bucket}` is the
    environment's own bucket for data; or in a bucket that `data_access` names, which has to send
    its events to EventBridge."""
    suffix: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """What the objects' keys end in, such as `.csv`; without it, anything."""
    input: Mapping[str, Any] = Field(default_factory=dict)
    """The execution's input, without `predictor` and `data`."""
    enabled: bool = True
    """Whether batches start; false pauses them, and objects of the meantime start none later."""

    @property
    def spec(self) -> NewObjectsSpec:
        """Return it as the function reads it that starts the batches."""
        return NewObjectsSpec(
            location=self.location,
            suffix=self.suffix,
            input=dict(self.input),
            enabled=self.enabled,
        )

    @property
    def in_data_bucket(self) -> bool:
        """Return whether the objects are in the environment's own bucket for data."""
        return self.spec.bucket == DATA_BUCKET

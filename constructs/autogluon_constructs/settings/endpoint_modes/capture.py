"""Define which of an endpoint's requests and answers are stored in S3."""

from typing import ClassVar, Self

from pydantic import Field

from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import Section, rule


class Capture(Section):
    """SageMaker's data capture: samples of requests and answers, under the environment's key.

    They are stored in the artifact bucket, below `<predictor>/captured/`, and hold whatever callers
    send.
    """

    unsupported_keys: ClassVar = {
        "enable_capture": "capture itself stores requests and answers; leave it out",
        "initial_sampling_percentage": "it is called percentage here",
        "sampling_percentage": "it is called percentage here",
        "capture_options": "it is called input and output here, each true or false",
        "destination_s3_uri": "what is captured is in the artifact bucket, below "
        "<predictor>/captured/; leave it out",
        "kms_key_id": "what is captured is under the environment's key (encryption.key_arn); leave "
        "it out",
    }

    percentage: int = Field(default=100, ge=1, le=100)
    """How many of 100 requests are captured."""
    input: bool = True
    """Whether the rows are captured."""
    output: bool = True
    """Whether the answers are captured."""
    retention_days: int = Field(default=30, ge=1, le=3650)
    """After how many days S3 deletes what was captured."""

    @rule
    def _captures_something(self) -> Self:
        if not self.input and not self.output:
            raise refuse("input and output are both false; leave capture out, or set one to true")
        return self

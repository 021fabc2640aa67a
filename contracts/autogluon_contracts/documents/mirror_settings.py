"""Define what the planner of mirroring jobs knows of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from autogluon_contracts.document import Document, key


@dataclass(frozen=True, kw_only=True)
class MirrorSettings(Document):
    """How weights are mirrored; the value of the function's variable `MIRROR`."""

    NAME: ClassVar[str] = "MIRROR"
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    hub: str = key("the URL of the hub")
    image_uri: str = key("the image that the job runs in")
    role_arn: str = key("the job's role")
    instance_type: str = key("what it runs on")
    volume_size_gb: int = key("size of its volume in GB", minimum=1, maximum=16_384)
    max_runtime_seconds: int = key("when SageMaker stops it", minimum=60)
    tags: Mapping[str, str] = key("the environment's tags, which it gets", factory=dict)

"""Define where a deployed environment keeps everything, as clients read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from autogluon_contracts.document import Document, key


@dataclass(frozen=True, kw_only=True)
class DeploymentDocument(Document):
    """The value of the SSM parameter `/autogluon/<env>/deployment`."""

    NAME: ClassVar[str] = "deployment"
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    environment: str = key("the environment's name")
    region: str = key("its region")
    data_bucket: str = key("the bucket that users put data into")
    artifact_bucket: str = key("the bucket that holds runs and batches")
    kms_key_arn: str = key("the environment's key")
    # Default: absent in what an earlier release deployed.
    has_given_key: bool = key(
        "whether the settings name the key; else the stacks created it", default=False
    )
    training_role_arn: str = key("the role of training jobs")
    serving_role_arn: str = key("the role of models and batches")
    failure_topic_arn: str = key("the topic that unsuccessful executions are reported to")
    state_machines: Mapping[str, str] = key("`train`, `tune`, `batch_predict`, `promote` -> ARN")
    predictors: tuple[str, ...] = key("names of the declared predictors")

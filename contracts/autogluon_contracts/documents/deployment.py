"""Define where a deployed environment keeps everything, as clients read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, Self

from autogluon_contracts.document import Document, key

_MOST_CHARACTERS = 4000
"""Of names in one parameter, which holds 8,192: the rest of the document has room beside them."""


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
    state_machines: Mapping[str, str] = key(
        "`train`, `tune`, `batch_predict`, `promote`, `drift`, `process` and, where weights are "
        "mirrored, `mirror_weights` -> ARN"
    )
    notebook: str | None = key(
        "the name of the notebook instance, where there is one", default=None, omit_default=True
    )
    endpoint_names: Mapping[str, str] = key(
        "the names of endpoints that the settings name, by their predictors",
        factory=dict,
        omit_default=True,
    )
    # Default: absent in what an earlier release deployed.
    shared_endpoints: tuple[str, ...] | None = key(
        "the names in the settings of the endpoints that predictors share",
        default=None,
        omit_null=True,
    )
    predictors: tuple[str, ...] = key("names of the declared predictors, as many as fit")
    more_predictors: int = key(
        "how many further parameters, `.../deployment/predictors/<number>`, have the other names, "
        "separated by commas",
        default=0,
        minimum=0,
        omit_default=True,
    )

    @staticmethod
    def listed(predictors: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the names in the order given, as each parameter lists them."""
        lists: list[tuple[str, ...]] = [()]
        for name in predictors:
            if len('", "'.join((*lists[-1], name))) > _MOST_CHARACTERS:
                lists.append(())
            lists[-1] += (name,)
        return lists

    def with_all_predictors(self, read: Callable[[int], str]) -> Self:
        """Return the document with the names that other parameters have; `read` reads one."""
        names = [name for n in range(1, self.more_predictors + 1) for name in read(n).split(",")]
        return replace(self, predictors=(*self.predictors, *names), more_predictors=0)

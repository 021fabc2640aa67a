"""The operations on model package groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.registry.model_records import PACKAGE
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, tags_of

GROUP = "model-package-group"


@dataclass
class ModelPackageGroup(Record):
    """A group and its last version number; numbers are never reused."""

    last_version: int = 0


def find_group(store: RegionStore, name_or_arn: str) -> ModelPackageGroup:
    """Return a group. Raises the API's error when there is none."""
    name = name_or_arn.split(f":{GROUP}/", 1)[-1]
    group = store.table(GROUP).get(name)
    if group is None:
        raise invalid(f"ModelPackageGroup {store.arn(GROUP, name)} does not exist.")
    return cast(ModelPackageGroup, group)


class ModelPackageGroups:
    """The operations on model package groups."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateModelPackageGroup": self._create,
            "DescribeModelPackageGroup": self._describe,
            "ListModelPackageGroups": self._list,
            "DeleteModelPackageGroup": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["ModelPackageGroupName"]
        arn = store.arn(GROUP, name)
        with store.lock:
            if name in store.table(GROUP):
                raise invalid(f"Model Package Group already exists: {arn}")
            group = ModelPackageGroup(name, arn, request, tags=tags_of(request))
            store.table(GROUP)[name] = group
        return {"ModelPackageGroupArn": arn}

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        group = find_group(store, call.params["ModelPackageGroupName"])
        return group.described() | {
            "ModelPackageGroupArn": group.arn,
            "CreationTime": group.created,
            "ModelPackageGroupStatus": "Completed",
        }

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return list_page(
            call,
            self._service.region(call.region).table(GROUP).values(),
            "ModelPackageGroupSummaryList",
            lambda group: {
                "ModelPackageGroupName": group.name,
                "ModelPackageGroupArn": group.arn,
                "CreationTime": group.created,
                "ModelPackageGroupStatus": "Completed",
            },
            descending=False,
        )

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            group = find_group(store, call.params["ModelPackageGroupName"])
            if any(name.startswith(f"{group.name}/") for name in store.table(PACKAGE)):
                raise ApiError(
                    "ConflictException",
                    f"Model Package Group {group.arn} still has model packages; delete them first.",
                )
            del store.table(GROUP)[group.name]

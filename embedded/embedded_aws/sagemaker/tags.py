"""AddTags, ListTags and DeleteTags for every kind of resource."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, tags_of


class Tags:
    """The operations on tags."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {"AddTags": self._add, "ListTags": self._list, "DeleteTags": self._delete}

    def _add(self, call: ApiCall) -> dict[str, Any]:
        record = self._find(call)
        record.tags |= tags_of(call.params)
        return {"Tags": _as_list(record)}

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return {"Tags": _as_list(self._find(call))}  # at most 50: one page

    def _delete(self, call: ApiCall) -> None:
        record = self._find(call)
        for key in call.params["TagKeys"]:
            record.tags.pop(key, None)

    def _find(self, call: ApiCall) -> Record:
        arn = call.params["ResourceArn"]
        record = self._service.region(call.region).find_by_arn(arn)
        if record is None:
            raise invalid(f"Could not find resource {arn}.")
        return record


def _as_list(record: Record) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in record.tags.items()]

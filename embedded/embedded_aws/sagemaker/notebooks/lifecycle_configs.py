"""The operations on the lifecycle configurations of notebook instances."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, now, tags_of

CONFIG = "notebook-instance-lifecycle-config"
_NAME = "NotebookInstanceLifecycleConfigName"
_ARN = "NotebookInstanceLifecycleConfigArn"
_SCRIPTS = ("OnCreate", "OnStart")


def find_config(store: RegionStore, name: str) -> Record:
    """Return a configuration. Raises the API's error when there is none."""
    record = store.table(CONFIG).get(name)
    if record is None:
        raise invalid(f"Unable to describe Notebook Instance Lifecycle Config '{name}'. "
                      "Details: Notebook Instance Lifecycle Config does not exist.")  # fmt: skip
    return record


class NotebookLifecycleConfigs:
    """Create, read, update and delete lifecycle configurations."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateNotebookInstanceLifecycleConfig": self._create,
            "DescribeNotebookInstanceLifecycleConfig": self._describe,
            "ListNotebookInstanceLifecycleConfigs": self._list,
            "UpdateNotebookInstanceLifecycleConfig": self._update,
            "DeleteNotebookInstanceLifecycleConfig": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        _check_scripts(request)
        arn = store.arn(CONFIG, request[_NAME])
        with store.lock:
            if request[_NAME] in store.table(CONFIG):
                raise invalid(
                    f"Unable to create Notebook Instance Lifecycle Config {arn}. Details: "
                    "Notebook Instance Lifecycle Config already exists."
                )
            record = Record(request[_NAME], arn, request, tags=tags_of(request))
            store.table(CONFIG)[record.name] = record
        return {_ARN: arn}

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        record = find_config(self._service.region(call.region), call.params[_NAME])
        return record.described() | {
            _ARN: record.arn,
            "CreationTime": record.created,
            "LastModifiedTime": record.modified,
        }

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return list_page(
            call,
            self._service.region(call.region).table(CONFIG).values(),
            "NotebookInstanceLifecycleConfigs",
            lambda record: {
                _NAME: record.name,
                _ARN: record.arn,
                "CreationTime": record.created,
                "LastModifiedTime": record.modified,
            },
        )

    def _update(self, call: ApiCall) -> None:
        _check_scripts(call.params)
        store = self._service.region(call.region)
        with store.lock:
            record = find_config(store, call.params[_NAME])
            scripts = {name: call.params[name] for name in _SCRIPTS if name in call.params}
            record.request = {**record.request, **scripts}
            record.modified = now()

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            del store.table(CONFIG)[find_config(store, call.params[_NAME]).name]


def _check_scripts(request: dict[str, Any]) -> None:
    for name in _SCRIPTS:
        for script in request.get(name) or []:
            try:
                base64.b64decode(script.get("Content", ""), validate=True)
            except (binascii.Error, ValueError) as error:
                raise invalid(f"{name}.Content has to be base64: {error}.") from error

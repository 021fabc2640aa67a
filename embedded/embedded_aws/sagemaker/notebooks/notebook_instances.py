"""The operations on notebook instances."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any, cast

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.notebooks.lifecycle_configs import find_config
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, now, tags_of

NOTEBOOK = "notebook-instance"
_NAME = "NotebookInstanceName"
_UPDATED = (
    "AdditionalCodeRepositories",
    "DefaultCodeRepository",
    "InstanceMetadataServiceConfiguration",
    "InstanceType",
    "LifecycleConfigName",
    "RoleArn",
    "RootAccess",
    "VolumeSizeInGB",
)
_REMOVED = {
    "DisassociateAdditionalCodeRepositories": "AdditionalCodeRepositories",
    "DisassociateDefaultCodeRepository": "DefaultCodeRepository",
    "DisassociateLifecycleConfig": "LifecycleConfigName",
}


@dataclass
class NotebookInstance(Record):
    """A notebook instance. `settings` are the request's members, as they are now."""

    settings: dict[str, Any] = field(default_factory=dict)

    def summarize(self, store: RegionStore) -> dict[str, Any]:
        """Return the instance as lists have it."""
        found = {
            _NAME: self.name,
            "NotebookInstanceArn": self.arn,
            "NotebookInstanceStatus": self.status,
            "Url": _host(self, store),
            "InstanceType": self.settings["InstanceType"],
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "NotebookInstanceLifecycleConfigName": self.settings.get("LifecycleConfigName"),
            "DefaultCodeRepository": self.settings.get("DefaultCodeRepository"),
            "AdditionalCodeRepositories": self.settings.get("AdditionalCodeRepositories"),
        }
        return {name: value for name, value in found.items() if value is not None}


class NotebookInstances:
    """Create, read, update, start, stop and delete notebook instances."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateNotebookInstance": self._create,
            "DescribeNotebookInstance": self._describe,
            "ListNotebookInstances": self._list,
            "UpdateNotebookInstance": self._update,
            "StartNotebookInstance": self._start,
            "StopNotebookInstance": self._stop,
            "DeleteNotebookInstance": self._delete,
            "CreatePresignedNotebookInstanceUrl": self._presign,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request[_NAME]
        arn = store.arn(NOTEBOOK, name.lower())
        self._service.assume(request["RoleArn"], name, arn)
        if request.get("LifecycleConfigName"):
            find_config(store, request["LifecycleConfigName"])
        if request.get("DirectInternetAccess") == "Disabled" and not request.get("SubnetId"):
            # API reference: "only if you set a value for the SubnetId parameter".
            raise invalid("DirectInternetAccess can be Disabled only with a SubnetId.")
        with store.lock:
            if name in store.table(NOTEBOOK):
                raise invalid(f'Cannot create a duplicate Notebook Instance ("{arn}")')
            settings = {
                "DirectInternetAccess": "Enabled",
                "RootAccess": "Enabled",
                "VolumeSizeInGB": 5,
                "InstanceMetadataServiceConfiguration": {
                    "MinimumInstanceMetadataServiceVersion": "1"
                },
                **{key: value for key, value in request.items() if key not in ("Tags", _NAME)},
            }
            store.table(NOTEBOOK)[name] = NotebookInstance(
                name, arn, request, "InService", tags=tags_of(request), settings=settings
            )
        return {"NotebookInstanceArn": arn}

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        record = _find(store, call)
        settings = {
            name: value
            for name, value in record.settings.items()
            if name not in ("LifecycleConfigName", "SecurityGroupIds")
        }
        groups = record.settings.get("SecurityGroupIds")
        more = {"SecurityGroups": groups} if groups else {}
        return settings | more | record.summarize(store)

    def _list(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        records = [cast(NotebookInstance, item) for item in store.table(NOTEBOOK).values()]
        for name, setting in (
            ("NotebookInstanceLifecycleConfigNameContains", "LifecycleConfigName"),
            ("DefaultCodeRepositoryContains", "DefaultCodeRepository"),
        ):
            wanted = call.params.get(name)
            if wanted:
                records = [item for item in records if wanted in item.settings.get(setting, "")]
        wanted = call.params.get("AdditionalCodeRepositoryEquals")
        if wanted:
            records = [
                item
                for item in records
                if wanted in item.settings.get("AdditionalCodeRepositories", [])
            ]
        return list_page(
            call,
            records,
            "NotebookInstances",
            lambda record: record.summarize(store),
            sort_by="Name",
        )

    def _update(self, call: ApiCall) -> None:
        store, params = self._service.region(call.region), call.params
        with store.lock:
            record = _find(store, call)
            _check_status(record, ("Stopped", "Failed"), "Updating")
            if params.get("RoleArn"):
                self._service.assume(params["RoleArn"], record.name, record.arn)
            if params.get("LifecycleConfigName"):
                find_config(store, params["LifecycleConfigName"])
            if params.get("VolumeSizeInGB", 16384) < record.settings["VolumeSizeInGB"]:
                raise invalid("The volume size of a notebook instance can only be increased.")
            for name, setting in _REMOVED.items():
                if params.get(name):
                    record.settings.pop(setting, None)
            record.settings |= {name: params[name] for name in _UPDATED if name in params}
            record.modified = now()

    def _start(self, call: ApiCall) -> None:
        self._change_status(call, ("Stopped", "Failed"), "Pending", "InService")

    def _stop(self, call: ApiCall) -> None:
        self._change_status(call, ("InService",), "Stopping", "Stopped")

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            record = _find(store, call)
            _check_status(record, ("Stopped", "Failed"), "Deleting")
            del store.table(NOTEBOOK)[record.name]

    def _presign(self, call: ApiCall) -> dict[str, Any]:
        """Return an address with a token of its own; no notebook server answers there."""
        store = self._service.region(call.region)
        record = _find(store, call)
        _check_status(record, ("InService",), "Opening")
        return {"AuthorizedUrl": f"https://{_host(record, store)}?authToken={token_urlsafe(32)}"}

    def _change_status(
        self, call: ApiCall, allowed: tuple[str, ...], passing: str, final: str
    ) -> None:
        store = self._service.region(call.region)
        with store.lock:
            record = _find(store, call)
            _check_status(record, allowed, passing)
            record.status, record.modified = final, now()


def _host(record: Record, store: RegionStore) -> str:
    return f"{record.name}.notebook.{store.region}.sagemaker.aws"


def _find(store: RegionStore, call: ApiCall) -> NotebookInstance:
    record = store.table(NOTEBOOK).get(call.params[_NAME])
    if record is None:
        raise invalid("RecordNotFound")  # SageMaker says no more
    return cast(NotebookInstance, record)


def _check_status(record: Record, allowed: tuple[str, ...], wanted: str) -> None:
    if record.status not in allowed:
        raise invalid(
            f"Status ({record.status}) not in ([{', '.join(allowed)}]). Unable to transition to "
            f"({wanted}) for Notebook Instance ({record.arn})"
        )

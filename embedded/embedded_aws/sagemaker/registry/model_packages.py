"""The operations on model packages, the versions of the model registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.registry.algorithms import with_inference
from embedded_aws.sagemaker.registry.model_package_groups import GROUP, find_group
from embedded_aws.sagemaker.registry.model_records import PACKAGE, find_package
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, now
from embedded_aws.sagemaker.state_changes import MODEL_PACKAGE

_UPDATABLE = ("ApprovalDescription", "InferenceSpecification", "ModelLifeCycle", "SourceUri")


@dataclass
class ModelPackage(Record):
    """A version; its `status` is the ModelApprovalStatus."""

    group: str = ""
    version: int = 0
    updated: bool = False

    def describe(self) -> dict[str, Any]:
        """Return DescribeModelPackage's answer."""
        answer = {
            name: value for name, value in self.described().items() if name != "ClientToken"
        } | {
            "ModelPackageName": self.name,
            "ModelPackageGroupName": self.group,
            "ModelPackageVersion": self.version,
            "ModelPackageArn": self.arn,
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
            "ModelApprovalStatus": self.status,
            "CertifyForMarketplace": False,
            "CreationTime": self.created,
        }
        return answer | ({"LastModifiedTime": self.modified} if self.updated else {})

    def summarize(self) -> dict[str, Any]:
        """Return the version's entry in ListModelPackages."""
        summary = {
            "ModelPackageGroupName": self.group,
            "ModelPackageVersion": self.version,
            "ModelPackageArn": self.arn,
            "CreationTime": self.created,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": self.status,
        }
        description = self.request.get("ModelPackageDescription")
        return summary | ({"ModelPackageDescription": description} if description else {})


class ModelPackages:
    """The operations on model packages."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateModelPackage": self._create,
            "DescribeModelPackage": self._describe,
            "BatchDescribeModelPackage": self._batch_describe,
            "ListModelPackages": self._list,
            "UpdateModelPackage": self._update,
            "DeleteModelPackage": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        if not request.get("ModelPackageGroupName"):
            raise invalid(
                "The embedded AWS supports only versioned packages; set ModelPackageGroupName."
            )
        if request.get("Tags"):
            raise invalid("A version has the tags of its group: CreateModelPackage takes no Tags.")
        with store.lock:
            group = find_group(store, request["ModelPackageGroupName"])
            if again := _find_by_token(store, request):
                return {"ModelPackageArn": again.arn}
            request = with_inference(store, request)
            group.last_version += 1
            name = f"{group.name}/{group.last_version}"
            package = ModelPackage(
                name=name,
                arn=store.arn(PACKAGE, name),
                request=request,
                status=request.get("ModelApprovalStatus", "PendingManualApproval"),
                group=group.name,
                version=group.last_version,
            )
            store.table(PACKAGE)[name] = package
        self._service.say(f"model package {name} registered: {package.status}")
        self._announce(package, call.region)
        return {"ModelPackageArn": package.arn}

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        return _package(store, call.params["ModelPackageName"]).describe()

    def _batch_describe(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        found: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for arn in call.params["ModelPackageArnList"]:
            try:
                described = _package(store, arn).describe()
            except ApiError as error:
                errors[arn] = {"ErrorCode": error.code, "ErrorResponse": error.message}
            else:
                found[arn] = described
        return {"ModelPackageSummaries": found, "BatchDescribeModelPackageErrorMap": errors}

    def _list(self, call: ApiCall) -> dict[str, Any]:
        store, params = self._service.region(call.region), call.params
        if params.get("ModelPackageType") == "Unversioned":
            return {"ModelPackageSummaryList": []}
        packages = list(_packages(store).values())
        if params.get("ModelPackageGroupName"):
            group = find_group(store, params["ModelPackageGroupName"]).name
            packages = [package for package in packages if package.group == group]
        if params.get("ModelApprovalStatus"):
            wanted = params["ModelApprovalStatus"]
            packages = [package for package in packages if package.status == wanted]
        return list_page(
            call, packages, "ModelPackageSummaryList", ModelPackage.summarize, descending=False
        )

    def _update(self, call: ApiCall) -> dict[str, Any]:
        store, params = self._service.region(call.region), call.params
        with store.lock:
            package = _package(store, params["ModelPackageArn"])
            request = dict(package.request)
            request |= {name: params[name] for name in _UPDATABLE if params.get(name) is not None}
            properties = {
                **(request.get("CustomerMetadataProperties") or {}),
                **(params.get("CustomerMetadataProperties") or {}),
            }
            for name in params.get("CustomerMetadataPropertiesToRemove") or ():
                properties.pop(name, None)
            if properties or "CustomerMetadataProperties" in request:
                request["CustomerMetadataProperties"] = properties
            package.request = request
            package.status = params.get("ModelApprovalStatus") or package.status
            package.modified, package.updated = now(), True
        self._announce(package, call.region)
        return {"ModelPackageArn": package.arn}

    def _announce(self, package: ModelPackage, region: str) -> None:
        self._service.announce(package, package.describe(), MODEL_PACKAGE, region)

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            del store.table(PACKAGE)[_package(store, call.params["ModelPackageName"]).name]


def _packages(store: RegionStore) -> dict[str, ModelPackage]:
    return cast(dict[str, ModelPackage], store.table(PACKAGE))


def _package(store: RegionStore, name_or_arn: str) -> ModelPackage:
    return cast(ModelPackage, find_package(store, name_or_arn))


def _find_by_token(store: RegionStore, request: dict[str, Any]) -> ModelPackage | None:
    """Return the version that an earlier call with the same ClientToken created.

    SDKs fill the token in by themselves, so a retried call never registers twice.
    """
    token = request.get("ClientToken")
    for package in _packages(store).values():
        if token and package.request.get("ClientToken") == token:
            group = store.table(GROUP)[package.group]
            if request["ModelPackageGroupName"] not in (group.name, group.arn):
                raise ApiError(
                    "ConflictException",
                    f"ClientToken {token!r} was used with other parameters, for {package.arn}.",
                )
            return package
    return None

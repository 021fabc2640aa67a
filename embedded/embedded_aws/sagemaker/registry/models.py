"""The operations on models."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.container.s3_data import S3Uri, explain
from embedded_aws.sagemaker.errors import JobError, already_exists, invalid
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.networks import check_network
from embedded_aws.sagemaker.registry.model_records import MODEL, find_model, find_package
from embedded_aws.sagemaker.service import PRINCIPAL, SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, tags_of


class Models:
    """The operations on models."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateModel": self._create,
            "DescribeModel": self._describe,
            "ListModels": self._list,
            "DeleteModel": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name, arn = request["ModelName"], store.arn(MODEL, request["ModelName"])
        _check_container(request, store)
        if name in store.table(MODEL):
            raise already_exists("model", arn)
        self._check_access(request, arn, call.region)
        with store.lock:
            if name in store.table(MODEL):
                raise already_exists("model", arn)
            store.table(MODEL)[name] = Record(name, arn, request, tags=tags_of(request))
        return {"ModelArn": arn}

    def _check_access(self, request: dict[str, Any], arn: str, region: str) -> None:
        """Check role, network and artifact as SageMaker does before it accepts a model."""
        role = request["ExecutionRoleArn"]
        credentials = self._service.assume(role, request["ModelName"], arn)
        check_network(
            self._service,
            request.get("VpcConfig"),
            role_arn=role,
            credentials=credentials,
            region=region,
        )
        url = request["PrimaryContainer"].get("ModelDataUrl")
        if not url:
            return
        try:
            uri = S3Uri.parse(url)
            self._service.runtime.client("s3", credentials, region).head_object(
                Bucket=uri.bucket, Key=uri.key
            )
        except JobError as error:
            raise invalid(f"ModelDataUrl: {error}") from error
        except ClientError as error:
            raise invalid(
                f'Could not access model data at {url}. Please ensure that the role "{role}" '
                "exists and that its trust relationship policy allows the action "
                f'"sts:AssumeRole" for the service principal "{PRINCIPAL}". Also ensure that the '
                f'role has "s3:GetObject" permissions and that the object is located in {region}. '
                f"({explain(error, uri)})"
            ) from error

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        record = find_model(self._service.region(call.region), call.params["ModelName"])
        defaults = {"EnableNetworkIsolation": False}
        added = {"ModelArn": record.arn, "CreationTime": record.created}
        return defaults | record.described() | added

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return list_page(
            call,
            self._service.region(call.region).table(MODEL).values(),
            "Models",
            lambda record: {
                "ModelName": record.name,
                "ModelArn": record.arn,
                "CreationTime": record.created,
            },
        )

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            del store.table(MODEL)[find_model(store, call.params["ModelName"]).name]


def _check_container(request: dict[str, Any], store: RegionStore) -> None:
    container = request.get("PrimaryContainer")
    if not container:
        raise invalid("CreateModel needs a PrimaryContainer.")
    if not request.get("ExecutionRoleArn"):
        raise invalid("CreateModel needs an ExecutionRoleArn.")
    package, image = container.get("ModelPackageName"), container.get("Image")
    if bool(package) == bool(image):
        raise invalid("PrimaryContainer needs either an Image or a ModelPackageName, not both.")
    data = [name for name in ("ModelDataUrl", "ModelDataSource") if container.get(name)]
    if len(data) > 1 or (package and data):
        raise invalid(f"PrimaryContainer: {' and '.join(data)} cannot be combined with the rest.")
    if package:
        record = find_package(store, package)
        # SageMaker serves a version only after its approval.
        if record.status != "Approved":
            raise invalid(
                f"Model package {record.arn} has the approval status {record.status}; "
                "a model can only be created from an Approved one."
            )

"""The operations on models."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.container.s3_data import S3Uri, explain
from embedded_aws.sagemaker.errors import JobError, already_exists, invalid
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.networks import check_network
from embedded_aws.sagemaker.registry.model_containers import check_containers, containers_of
from embedded_aws.sagemaker.registry.model_records import MODEL, find_model
from embedded_aws.sagemaker.service import PRINCIPAL, SageMaker
from embedded_aws.sagemaker.state import Record, tags_of


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
        check_containers(request, store)
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
        client = self._service.runtime.client("s3", credentials, region)
        for container in containers_of(request):
            if container.get("ModelDataUrl"):
                _check_data(client, container["ModelDataUrl"], role, region)

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


def _check_data(client: Any, url: str, role: str, region: str) -> None:
    """Raise the API's error for an artifact that the role cannot read."""
    try:
        uri = S3Uri.parse(url)
        client.head_object(Bucket=uri.bucket, Key=uri.key)
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

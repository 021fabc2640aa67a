"""The operations on algorithm resources, and what model packages have of them."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.errors import invalid, unsupported
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, tags_of

ALGORITHM = "algorithm"
_COMPLETED = "Completed"
_SOURCE = "SourceAlgorithmSpecification"


def find_algorithm(store: RegionStore, name_or_arn: str) -> Record:
    """Return an algorithm resource of this account. Raises the API's error when there is none."""
    name = name_or_arn.rpartition("/")[2]
    record = store.table(ALGORITHM).get(name)
    if record is None or name_or_arn not in (name, record.arn):
        arn = name_or_arn if "/" in name_or_arn else store.arn(ALGORITHM, name)
        raise invalid(f"Algorithm {arn} does not exist.")
    return record


class Algorithms:
    """Create, read, list and delete algorithm resources; each is Completed at once."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateAlgorithm": self._create,
            "DescribeAlgorithm": self._describe,
            "ListAlgorithms": self._list,
            "DeleteAlgorithm": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["AlgorithmName"]
        arn = store.arn(ALGORITHM, name)
        with store.lock:
            if name in store.table(ALGORITHM):
                raise invalid(f"Algorithm {arn} already exists.")
            record = Record(name, arn, request, status=_COMPLETED, tags=tags_of(request))
            store.table(ALGORITHM)[name] = record
        return {"AlgorithmArn": arn}

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        record = find_algorithm(self._service.region(call.region), call.params["AlgorithmName"])
        return (
            {"CertifyForMarketplace": False}
            | record.described()
            | {
                **_summary(record),
                "AlgorithmStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
            }
        )

    def _list(self, call: ApiCall) -> dict[str, Any]:
        records = self._service.region(call.region).table(ALGORITHM).values()
        return list_page(call, records, "AlgorithmSummaryList", _summary, descending=False)

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            del store.table(ALGORITHM)[find_algorithm(store, call.params["AlgorithmName"]).name]


def _summary(record: Record) -> dict[str, Any]:
    description = record.request.get("AlgorithmDescription")
    return {
        "AlgorithmName": record.name,
        "AlgorithmArn": record.arn,
        "CreationTime": record.created,
        "AlgorithmStatus": record.status,
        **({} if description is None else {"AlgorithmDescription": description}),
    }


def with_inference(store: RegionStore, request: dict[str, Any]) -> dict[str, Any]:
    """Return a CreateModelPackage request with what serves the version.

    A version that an algorithm resource trained has the algorithm's specification, with its own
    artifact.

    Raises:
        ApiError: it has neither, or both, or another number of algorithms or containers than one.
    """
    source = request.get(_SOURCE)
    if (source is None) == (not request.get("InferenceSpecification")):
        raise invalid(f"CreateModelPackage needs either an InferenceSpecification or a {_SOURCE}.")
    if source is None:
        return request
    if len(source["SourceAlgorithms"]) != 1:
        raise unsupported(f"{_SOURCE} with several SourceAlgorithms")
    (found,) = source["SourceAlgorithms"]
    if not found.get("ModelDataUrl"):
        raise unsupported(f"{_SOURCE}.SourceAlgorithms without a ModelDataUrl")
    algorithm = find_algorithm(store, found["AlgorithmName"])
    inference = algorithm.request.get("InferenceSpecification")
    if not inference:
        raise invalid(f"Algorithm {algorithm.arn} has no InferenceSpecification.")
    if len(inference["Containers"]) != 1:
        raise unsupported("algorithms with several containers in their InferenceSpecification")
    (container,) = inference["Containers"]
    served = {**container, "ModelDataUrl": found["ModelDataUrl"]}
    return {**request, "InferenceSpecification": {**inference, "Containers": [served]}}

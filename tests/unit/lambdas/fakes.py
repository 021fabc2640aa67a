"""An AWS of dictionaries, with the same ports as the adapters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore.validate import validate_parameters

from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.model_package import ModelPackage, ModelVersion
from autogluon_lambdas.ports import EndpointState, NotReadableError, RunningExecution, StackState

GROUP_ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/autogluon-sandbox-income"
EXECUTION_ARN = "arn:aws:states:us-east-1:123456789012:execution:autogluon-sandbox-train:first-run"
KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
VARIABLES = {
    "AUTOGLUON_ENVIRONMENT": "sandbox",
    "PREDICTOR_PREFIX": "/autogluon/sandbox/predictors",
    "DATA_BUCKET": "data-bucket",
    "ARTIFACT_BUCKET": "artifact-bucket",
    "KMS_KEY_ARN": KEY_ARN,
    "CODE_URI": "s3://assets-bucket/0123abcd.tar.gz",
    "TRAINING_ROLE_ARN": "arn:aws:iam::123456789012:role/training",
    "SERVING_ROLE_ARN": "arn:aws:iam::123456789012:role/serving",
    "NETWORK_ISOLATION": "true",
}
ENVIRONMENT = Environment(VARIABLES)


@cache
def _sagemaker() -> Any:
    return botocore.session.get_session().get_service_model("sagemaker")


def validated(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """The request, when SageMaker's own API model has nothing against it."""
    validate_parameters(request, _sagemaker().operation_model(operation).input_shape)
    return request


def planner_event(values: object, *, arn: str = EXECUTION_ARN) -> dict[str, Any]:
    return {
        "input": values,
        "execution": {
            "Id": arn,
            "Name": arn.rpartition(":")[2],
            "StartTime": "2026-11-20T10:00:00Z",
        },
    }


def spec(**changes: Any) -> dict[str, Any]:
    """The contract's example of a predictor spec."""
    example: dict[str, Any] = {
        "version": 1,
        "name": "income",
        "type": "tabular",
        "init_args": {"label": "class", "eval_metric": "roc_auc"},
        "fit_args": {"time_limit": 60, "hyperparameters": {"GBM": {}, "XT": {}}},
        "image_uri": "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023",
        "framework_version": "1.6.3",
        "training": {
            "instance_type": "ml.m5.2xlarge",
            "instance_count": 1,
            "volume_size_gb": 30,
            "max_runtime_seconds": 3600,
            "allowed_instance_types": ["ml.m5.2xlarge", "ml.g5.xlarge", "ml.c5.xlarge"],
            "encrypt_volume": True,
            "prices": {"as_of": "2026-11", "usd_per_hour": {"ml.m5.2xlarge": 0.461}},
        },
        "quality_gate": {
            "metric": "roc_auc",
            "minimum": 0.9,
            "on_pass": "approve",
            "on_fail": "reject",
        },
        "endpoint": {
            "name": "autogluon-sandbox-income",
            "stack_name": "autogluon-sandbox-income-endpoint",
            "instance_type": "ml.m5.large",
        },
        "serving": {
            "request_timeout_seconds": 60,
            "server": {
                "workers": 1,
                "threads": 208,
                "preload": True,
                "max_batch_rows": 64,
                "max_wait_ms": 2.0,
                "max_queued_requests": 128,
            },
        },
        "batch": {
            "instance_type": "ml.m5.large",
            "instance_count": 1,
            "allowed_instance_types": ["ml.m5.large", "ml.g5.xlarge"],
            "max_payload_mb": 6,
            "max_concurrent_transforms": 4,
            "timeout_seconds": 600,
        },
        "tags": {"team": "growth"},
    }
    return {**example, **changes}


class FakeStore:
    """S3 in a dictionary of URI to bytes; counts what is read."""

    def __init__(self, objects: Mapping[str, bytes | str] | None = None) -> None:
        self.objects: dict[S3Location, bytes] = {}
        self.denied: set[str] = set()
        self.bytes_read = 0
        for uri, body in (objects or {}).items():
            self.put(uri, body)

    def put(self, uri: str, body: bytes | str) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        data = body.encode() if isinstance(body, str) else body
        self.objects[S3Location(bucket, key)] = data

    def uris(self) -> set[str]:
        return {location.uri for location in self.objects}

    def text(self, uri: str) -> str:
        return self.objects[S3Location.parse(uri)].decode()

    def find(self, bucket: str, prefix: str, limit: int) -> list[S3Object]:
        if bucket in self.denied:
            raise NotReadableError(
                S3Location(bucket, prefix), "the function's role may not read it"
            )
        return [
            S3Object(location, len(body))
            for location, body in sorted(self.objects.items())
            if location.bucket == bucket and location.key.startswith(prefix)
        ][:limit]

    def read(self, location: S3Location, start: int, length: int) -> bytes:
        body = self._body(location)[start : start + length]
        self.bytes_read += len(body)
        return body

    def stream(self, location: S3Location) -> Iterator[bytes]:
        body = self._body(location)
        for start in range(0, len(body), 1000):
            piece = body[start : start + 1000]
            self.bytes_read += len(piece)
            yield piece

    def write(self, location: S3Location, body: bytes, content_type: str) -> None:
        assert content_type
        self.objects[location] = body

    @contextmanager
    def writer(self, location: S3Location, content_type: str) -> Iterator[_Collected]:
        assert content_type
        collected = _Collected()
        yield collected
        self.objects[location] = bytes(collected.data)

    def delete(self, locations: Sequence[S3Location]) -> None:
        for location in locations:
            self.objects.pop(location, None)

    def _body(self, location: S3Location) -> bytes:
        if location not in self.objects:
            raise NotReadableError(location, "the object does not exist")
        return self.objects[location]


class _Collected:
    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data


class FakePredictors:
    """Parameters in a dictionary of predictor to spec."""

    def __init__(self, *specs: dict[str, Any], live: str = "none") -> None:
        self.specs = {entry["name"]: json.dumps(entry) for entry in specs or (spec(),)}
        self.live = live

    def names(self) -> list[str]:
        return sorted(self.specs)

    def parameter(self, name: str, path: str) -> str | None:
        return self.specs.get(name) if path == "spec" else None

    def live_model(self, name: str) -> str:
        assert name in self.specs
        return self.live

    def live_model_parameter(self, name: str) -> str:
        return f"/autogluon/sandbox/predictors/{name}/live-model"


def package(
    version: int, status: str = "Approved", registration: str = "Completed"
) -> ModelPackage:
    return ModelPackage(
        arn=f"{GROUP_ARN}/{version}",
        version=version,
        status=status,
        registration=registration,
        image=spec()["image_uri"],
        model_data_url=f"s3://artifact-bucket/income/runs/run-{version}/output/model.tar.gz",
        environment={"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_MODEL_SERVER_TIMEOUT": "60"},
    )


class FakeRegistry:
    """Model versions of one group."""

    def __init__(self, *packages: ModelPackage) -> None:
        self.packages = {entry.arn: entry for entry in packages}
        self.groups: dict[str, dict[str, str]] = {}

    def ensure_group(self, name: str, description: str, tags: Mapping[str, str]) -> None:
        assert description
        self.groups.setdefault(name, dict(tags))

    def versions(self, group: str) -> list[ModelVersion]:
        assert group == "autogluon-sandbox-income"
        found = [ModelVersion(p.arn, p.version, p.status) for p in self.packages.values()]
        return sorted(found, key=lambda version: version.version, reverse=True)

    def describe(self, arn: str) -> ModelPackage | None:
        return self.packages.get(arn)


class FakeStacks:
    def __init__(self, **states: StackState | str) -> None:
        self.states = {
            name.replace("_", "-"): StackState(state, {}) if isinstance(state, str) else state
            for name, state in states.items()
        }

    def state(self, stack_name: str) -> StackState | None:
        return self.states.get(stack_name)


class FakeExecutions:
    def __init__(self, *running: RunningExecution) -> None:
        self._running = list(running)

    def running(self, state_machine_arn: str) -> list[RunningExecution]:
        assert ":stateMachine:" in state_machine_arn
        return self._running


class FakeEndpoints:
    def __init__(self, state: EndpointState | None) -> None:
        self._state = state

    def state(self, endpoint_name: str) -> EndpointState | None:
        assert endpoint_name == "autogluon-sandbox-income"
        return self._state

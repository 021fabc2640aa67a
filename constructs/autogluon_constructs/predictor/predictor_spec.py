"""A predictor's settings, resolved, as the Lambdas read them (docs/reference/contracts.md)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from autogluon_constructs import names
from autogluon_constructs.catalogues.images import serves_with_gunicorn
from autogluon_constructs.catalogues.instances import PRICES_AS_OF, instance_types
from autogluon_constructs.endpoint.server_numbers import server_numbers
from autogluon_constructs.predictor.image_registry import ResolvedImage
from autogluon_constructs.settings import Batch, Endpoint, Predictor, Training

SPEC_VERSION = 1


def predictor_spec(
    *,
    environment: str,
    name: str,
    predictor: Predictor,
    tags: Mapping[str, str],
    image: ResolvedImage,
) -> dict[str, Any]:
    """The spec document, version 1. `tags` are those of its jobs; image URIs may be tokens."""
    gate, endpoint = predictor.quality_gate, predictor.endpoint
    spec: dict[str, Any] = {
        "version": SPEC_VERSION,
        "name": name,
        "type": predictor.type,
        "init_args": dict(predictor.init_args),
        "fit_args": dict(predictor.fit_args),
        "image_uri": image.training_uri,
        "inference_image_uri": image.inference_uri,
        "framework_version": image.version,
        "training": _training(predictor.training),
        "quality_gate": None if gate is None else gate.model_dump(),
        "endpoint": None if endpoint is None else _endpoint(environment, name, endpoint),
        "serving": _serving(predictor, image.version),
        "batch": _batch(predictor.batch),
        "tags": dict(tags),
    }
    if image.ami is not None:
        spec["ami"] = asdict(image.ami)
    return spec


def _training(training: Training) -> dict[str, Any]:
    return {
        "instance_type": training.instance_type,
        "instance_count": training.instance_count,
        "volume_size_gb": training.volume_size_gb,
        "max_runtime_seconds": training.max_runtime_seconds,
        "allowed_instance_types": list(training.all_instance_types),
        "encrypt_volume": not instance_types()[training.instance_type].has_local_nvme,
        "prices": {
            "as_of": PRICES_AS_OF,
            "usd_per_hour": {
                name: instance_types()[name].usd_per_hour for name in training.all_instance_types
            },
        },
    }


def _endpoint(environment: str, name: str, endpoint: Endpoint) -> dict[str, Any]:
    return {
        "name": names.endpoint(environment, name),
        "stack_name": names.endpoint_stack(environment, name),
        "instance_type": endpoint.instance_type,
        "allowed_instance_types": list(endpoint.all_instance_types),
        "initial_instance_count": endpoint.initial_instance_count,
        "max_initial_instance_count": endpoint.max_initial_instance_count,
    }


def _serving(predictor: Predictor, version: str) -> dict[str, Any]:
    endpoint, serving = predictor.endpoint, predictor.serving
    chosen = predictor.batch.instance_type if endpoint is None else endpoint.instance_type
    numbers = server_numbers(serving, instance_types()[chosen])
    return {
        "optimize_for": serving.optimize_for,
        "max_score_loss": serving.max_score_loss,
        "request_timeout_seconds": serving.request_timeout_seconds,
        "server": asdict(numbers) if serves_with_gunicorn(version) else None,
    }


def _batch(batch: Batch) -> dict[str, Any]:
    return {
        "instance_type": batch.instance_type,
        "instance_count": batch.instance_count,
        "allowed_instance_types": list(batch.all_instance_types),
        "max_payload_mb": batch.max_payload_mb,
        "max_concurrent_transforms": batch.max_concurrent_transforms,
        "timeout_seconds": batch.timeout_seconds,
        "engine": batch.engine,
        "max_runtime_seconds": batch.max_runtime_seconds,
        "max_files_per_job": batch.max_files_per_job,
        "max_gb_per_job": batch.max_gb_per_job,
        "max_concurrent_jobs": batch.max_concurrent_jobs,
    }

"""Resolve a predictor's settings into the spec that the Lambdas read."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from autogluon_constructs.catalogues.images import serves_with_gunicorn
from autogluon_constructs.catalogues.instances import PRICES_AS_OF, instance_types
from autogluon_constructs.endpoint.server_numbers import (
    component_numbers,
    server_numbers,
    serverless_numbers,
)
from autogluon_constructs.predictor.image_registry import ResolvedImage
from autogluon_constructs.settings import (
    Batch,
    ComponentEndpoint,
    Drift,
    Endpoint,
    Predictor,
    Processing,
    RealTimeEndpoint,
    ServerlessEndpoint,
    Training,
)
from autogluon_constructs.settings.processing import script_member
from autogluon_constructs.settings.section import Section
from autogluon_contracts import names
from autogluon_contracts.code.own_code import OwnCode
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.documents.drift_spec import DriftSpec
from autogluon_contracts.documents.predictor_spec import (
    BatchSpec,
    ComponentSpec,
    EndpointSpec,
    PipelineSpec,
    PredictorSpec,
    QualityGate,
    ServerlessSpec,
    ServerSpec,
    ServingSpec,
    TrackingSpec,
    VariantSpec,
)
from autogluon_contracts.documents.processing_spec import ProcessingSpec
from autogluon_contracts.documents.training_spec import BudgetSpec, Prices, SpotSpec, TrainingSpec


def predictor_spec(
    *,
    environment: str,
    name: str,
    predictor: Predictor,
    tags: Mapping[str, str],
    network_isolation: bool,
    image: ResolvedImage,
) -> PredictorSpec:
    """Return the spec. `tags` are those of its jobs."""
    gate, endpoint, budget = predictor.quality_gate, predictor.endpoint, predictor.budget
    return PredictorSpec(
        name=name,
        type=predictor.type,
        init_args=dict(predictor.init_args),
        fit_args=dict(predictor.fit_args),
        image_uri=image.training_uri,
        inference_image_uri=image.inference_uri,
        framework_version=image.version,
        data=DataReading(**_shared(DataReading, predictor.data)),
        weights=predictor.weights,
        training=replace(_training(predictor.training), code=_own_code(name, predictor.training)),
        tuning=None if predictor.tuning is None else predictor.tuning.spec(),
        budget=None if budget is None else BudgetSpec(**_shared(BudgetSpec, budget)),
        tracking=(
            None
            if predictor.tracking is None
            else TrackingSpec(**_shared(TrackingSpec, predictor.tracking))
        ),
        quality_gate=None if gate is None else QualityGate(**_shared(QualityGate, gate)),
        endpoint=None if endpoint is None else _endpoint(environment, name, endpoint),
        serving=_serving(predictor, image.version),
        batch=_batch(predictor.batch),
        on_new_objects={own: each.spec for own, each in predictor.on_new_objects.items()} or None,
        drift=None if predictor.drift is None else _drift(predictor.drift),
        processing={
            step: _processing(name, step, each) for step, each in predictor.processing.items()
        }
        or None,
        script=None if predictor.script is None else predictor.script.spec(name),
        algorithm_version=predictor.algorithm,
        algorithm_arn=predictor.algorithm_arn,
        processing_image_uri=image.processing_uri,
        network_isolation=network_isolation,
        tags=dict(tags),
        ami=image.ami,
    )


def _training(training: Training) -> TrainingSpec:
    types, spot = training.all_instance_types, training.spot
    return TrainingSpec(
        **_shared(TrainingSpec, training)
        | {
            "allowed_instance_types": types,
            "local_storage_gb": _local_storage(types),
            "spot": None if spot is None else SpotSpec(**_shared(SpotSpec, spot)),
            "checkpoints": training.keeps_checkpoints,
            "code": None,  # named after the predictor
            "encrypt_volume": not instance_types()[training.instance_type].has_local_nvme,
            "prices": Prices(
                as_of=PRICES_AS_OF,
                usd_per_hour={name: instance_types()[name].usd_per_hour for name in types},
            ),
        }
    )


def _own_code(predictor: str, training: Training) -> OwnCode | None:
    return None if training.code is None else OwnCode(folder=predictor)


def _endpoint(environment: str, name: str, endpoint: Endpoint) -> EndpointSpec:
    shared = _shared(EndpointSpec, endpoint) | {
        "name": endpoint.endpoint_name(environment, name),
        "stack_name": names.endpoint_stack(environment, name),
        "hours": None if endpoint.hours is None else endpoint.hours.spec,
    }
    if isinstance(endpoint, ServerlessEndpoint):
        return EndpointSpec(
            **shared, serverless=ServerlessSpec(**_shared(ServerlessSpec, endpoint))
        )
    scaling = endpoint.autoscaling
    if isinstance(endpoint, ComponentEndpoint):
        return EndpointSpec(
            **shared,
            component=ComponentSpec(
                **_shared(ComponentSpec, endpoint)
                | {"shared_endpoint": names.endpoint(environment, endpoint.shared_endpoint)}
            ),
            scales_to_zero=scaling is not None and scaling.reaches_zero,
            autoscaled=scaling is not None,
        )
    return EndpointSpec(
        **shared
        | {
            # Among fallbacks SageMaker chooses, not a promotion.
            "allowed_instance_types": tuple(
                dict.fromkeys((endpoint.instance_type, *endpoint.allowed_instance_types))
            ),
            "scales_to_zero": scaling is not None and scaling.reaches_zero,
            "autoscaled": scaling is not None,
            "captures": endpoint.captured is not None and endpoint.captured.input,
            "weight": endpoint.weight,
            "variants": {
                variant.name: VariantSpec(
                    weight=variant.weight,
                    instance_type=variant.instance_type,
                    initial_instance_count=variant.initial_instance_count,
                )
                for variant in endpoint.variants_beside
            }
            or None,
            "pipeline": _pipeline(endpoint),
        }
    )


def _pipeline(endpoint: Endpoint) -> PipelineSpec | None:
    pipeline = endpoint.pipeline if isinstance(endpoint, RealTimeEndpoint) else None
    if pipeline is None:
        return None
    return PipelineSpec(mode=pipeline.mode, containers=tuple(pipeline.containers))


def _serving(predictor: Predictor, version: str) -> ServingSpec:
    endpoint, serving = predictor.endpoint, predictor.serving
    server = _server(predictor)
    shared = _shared(ServingSpec, serving)
    if endpoint is not None and "request_timeout_seconds" not in serving.model_fields_set:
        shared["request_timeout_seconds"] = endpoint.usual_request_seconds
    takes_numbers = predictor.runs_autogluon and serves_with_gunicorn(version)
    return ServingSpec(**shared, server=server if takes_numbers else None)


def _server(predictor: Predictor) -> ServerSpec:
    endpoint, serving = predictor.endpoint, predictor.serving
    if isinstance(endpoint, ServerlessEndpoint):
        return serverless_numbers(serving)
    if isinstance(endpoint, ComponentEndpoint):
        return component_numbers(serving, endpoint.cpus)
    where = predictor.batch if endpoint is None else endpoint
    beside = () if endpoint is None else endpoint.variants_beside
    served = [
        instance_types()[name]
        for name in (
            where.instance_type,
            *where.fallback_instance_types,
            *(variant.instance_type for variant in beside),
        )
    ]
    # One model version serves on any of them, so that it must fit the smallest.
    smallest = min(served, key=lambda item: (item.vcpus, item.memory_gib))
    return server_numbers(serving, smallest)


def _batch(batch: Batch) -> BatchSpec:
    return BatchSpec(
        **_shared(BatchSpec, batch)
        | {
            "allowed_instance_types": batch.all_instance_types,
            "output_locations": batch.all_output_locations,
            "local_storage_gb": _local_storage(batch.all_instance_types),
        }
    )


def _drift(drift: Drift) -> DriftSpec:
    storage = _local_storage(drift.all_instance_types)
    return DriftSpec(**_shared(DriftSpec, drift) | {"local_storage_gb": storage})


def _processing(predictor: str, name: str, step: Processing) -> ProcessingSpec:
    script = step.script
    return ProcessingSpec(
        **_shared(ProcessingSpec, step)
        | {
            "script": None if script is None else script_member(predictor, name, script),
            "local_storage_gb": _local_storage(step.all_instance_types),
        }
    )


def _local_storage(types: tuple[str, ...]) -> dict[str, int]:
    known = (instance_types()[name] for name in types)
    return {item.name: item.local_nvme_gb for item in known if item.has_local_nvme}


def _shared(part: type, section: Section) -> dict[str, Any]:
    """Return the values of a section that the spec has under the same names."""
    wanted = {item.name for item in fields(part)}
    return {name: getattr(section, name) for name in type(section).model_fields if name in wanted}

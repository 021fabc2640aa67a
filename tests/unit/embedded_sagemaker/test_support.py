"""The table of honoured members is true to SageMaker's model, and everything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from embedded_aws.sagemaker.support import HONOURED

SERVICE = botocore.session.get_session().get_service_model("sagemaker")


@pytest.mark.parametrize(
    ("operation", "path"),
    [(operation, path) for operation, table in HONOURED.items() for path in table],
)
def test_every_honoured_path_and_value_exists_in_the_api(operation: str, path: str) -> None:
    shape: Shape = SERVICE.operation_model(operation).input_shape
    for name in path.split("."):
        while isinstance(shape, ListShape):
            shape = shape.member
        assert isinstance(shape, StructureShape)
        assert name in shape.members
        shape = shape.members[name]
    for value in HONOURED[operation][path] or ():
        assert not isinstance(shape, StructureShape | ListShape | MapShape)
        allowed = shape.metadata.get("enum")
        assert allowed is None or value in allowed


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            {"InfraCheckConfig": {"EnableInfraCheck": True}},
            "CreateTrainingJob.InfraCheckConfig.",
        ),
        ({"ExperimentConfig": {"ExperimentName": "x"}}, "CreateTrainingJob.ExperimentConfig."),
    ],
)
def test_a_member_that_would_be_ignored_is_refused_by_name(
    sagemaker: Any,
    refusal: Callable[..., str],
    training_request: dict[str, Any],
    change: dict[str, Any],
    named: str,
) -> None:
    text = refusal(sagemaker.create_training_job, **{**training_request, **change})
    assert text.startswith("ValidationException: The embedded AWS does not support")
    assert named in text


def test_a_checkpoint_of_several_instances_is_refused(
    sagemaker: Any, refusal: Callable[..., str], training_request: dict[str, Any]
) -> None:
    training_request["ResourceConfig"]["InstanceCount"] = 2
    training_request["CheckpointConfig"] = {"S3Uri": "s3://unit-sagemaker/checkpoints"}
    text = refusal(sagemaker.create_training_job, **training_request)
    assert "CheckpointConfig of a training job with several instances" in text


def test_pipe_mode_is_refused(
    sagemaker: Any, refusal: Callable[..., str], training_request: dict[str, Any]
) -> None:
    training_request["AlgorithmSpecification"]["TrainingInputMode"] = "Pipe"
    text = refusal(sagemaker.create_training_job, **training_request)
    assert "TrainingInputMode = 'Pipe'; it supports 'File', 'FastFile'" in text


def test_an_operation_that_is_not_there_is_refused_with_those_that_are(
    sagemaker: Any, refusal: Callable[..., str]
) -> None:
    text = refusal(sagemaker.search, Resource="TrainingJob")
    assert text.startswith("NotImplemented: The embedded AWS does not support sagemaker:Search")
    assert "CreateTrainingJob" in text

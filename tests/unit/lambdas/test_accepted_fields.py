"""Planners send only fields that Step Functions is known to accept."""

from __future__ import annotations

import pytest

from autogluon_lambdas.logic.sagemaker.accepted_fields import ACCEPTED, require_accepted
from autogluon_lambdas.models.errors import InvalidInputError
from embedded_aws.stepfunctions.library.integration_fields import optimised_fields


@pytest.mark.parametrize("operation", ACCEPTED)
def test_each_field_has_a_source_in_the_list_of_the_embedded_aws(operation: str) -> None:
    action = operation[:1].lower() + operation[1:]
    assert ACCEPTED[operation] <= optimised_fields()[f"sagemaker:{action}"].keys()


@pytest.mark.parametrize(
    ("operation", "request_", "path"),
    [
        ("CreateTrainingJob", {"RetryStrategy": {"MaximumRetryAttempts": 2}},
         "RetryStrategy.MaximumRetryAttempts"),
        ("CreateTrainingJob", {"EnableInterContainerTrafficEncryption": False},
         "EnableInterContainerTrafficEncryption"),
        ("CreateTransformJob", {"TransformResources": {"TransformAmiVersion": "a"}},
         "TransformResources.TransformAmiVersion"),
        ("CreateProcessingJob", {"ProcessingInputs": [{"InputName": "a"}, {"AppManaged": False}]},
         "ProcessingInputs.AppManaged"),
        ("CreateModel", {"Tags": [{"key": "a"}]}, "Tags.key"),
    ],
)  # fmt: skip
def test_a_field_without_a_source_is_named(
    operation: str, request_: dict[str, object], path: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        require_accepted(operation, request_)
    assert str(caught.value) == (
        f"{operation} needs the field {path}, which Step Functions is not known to accept: it "
        "would end the execution without a message."
    )


def test_keys_of_maps_are_free() -> None:
    request = {"HyperParameters": {"any.key": "1"}, "InputDataConfig": []}
    with pytest.raises(InvalidInputError, match="InputDataConfig"):
        require_accepted("CreateTrainingJob", request)
    del request["InputDataConfig"]
    assert require_accepted("CreateTrainingJob", request) is request

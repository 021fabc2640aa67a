"""A fault document says what is wrong with it, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.document import DocumentError
from embedded_aws.faults.fault import Fault, FaultDocument, read_fault_file


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            {"at": "sagemaker:CreateTrainingJob", "falt": "throttle", "fault": "throttle"},
            'faults[0].falt: unknown key (did you mean "fault"?)',
        ),
        (
            {"at": "sagemaker:CreateTrainJob", "fault": "throttle"},
            "faults[0].at: unknown operation sagemaker:CreateTrainJob "
            '(did you mean "CreateTrainingJob"?)',
        ),
        (
            {"at": "sagemakr:CreateTrainingJob", "fault": "throttle"},
            'faults[0].at: unknown service sagemakr (did you mean "sagemaker"?)',
        ),
        (
            {
                "at": "sagemaker:CreateTrainingJob",
                "fault": "throttle",
                "where": {"TrainingJob": "a*"},
            },
            "faults[0].where.TrainingJob: unknown parameter of sagemaker:CreateTrainingJob "
            '(did you mean "TrainingJobName"?)',
        ),
        (
            {"at": "s3:PutObject", "fault": "capacity"},
            "faults[0].fault: capacity does not happen at s3:PutObject; it happens at "
            "sagemaker:CreateTrainingJob, ",
        ),
        (
            {"at": "AWS::S3::Bucket", "fault": "throttle"},
            "faults[0].fault: throttle does not happen at AWS::S3::Bucket",
        ),
        (
            {"at": "s3:PutObject", "fault": "lose"},
            "faults[0].fault: lose does not happen at s3:PutObject; it happens at events:delivery",
        ),
        (
            {"at": "s3:PutObject", "fault": "slow", "seconds": 1.0, "line": "x"},
            "faults[0].line: slow does not take it",
        ),
        (
            {
                "at": "sagemaker:CreateTrainingJob",
                "fault": "spot-interruption",
                "seconds": 1.0,
                "line": "x",
            },
            "faults[0].line: given with seconds; give one of the two",
        ),
        (
            {"at": "s3:PutObject", "fault": "slow"},
            "faults[0].seconds: missing; slow needs it",
        ),
        (
            {"at": "s3:PutObject", "fault": "throttle", "seconds": 1.0},
            "faults[0].seconds: throttle does not take it",
        ),
        (
            {"at": "s3:PutObject", "fault": "throttle", "probability": 0},
            "faults[0].probability: got 0 (int); allowed: a number above 0 to 1",
        ),
    ],
)
def test_a_mistake_is_named(fault: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentError) as caught:
        FaultDocument.from_json({"version": 1, "faults": [fault]})
    assert sentence in str(caught.value)


def test_a_yaml_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(
        "version: 1\nseed: 3\nfaults:\n"
        "- {at: 'states:StartExecution', fault: throttle, times: 1, where: {name: 'a*'}}\n"
        "- {at: 'lambda:*', fault: internal-error}\n"
    )
    document = read_fault_file(file)
    assert (document.seed, len(document.faults)) == (3, 2)
    # `states` is what policies call it.
    assert document.faults[0].matches("stepfunctions:StartExecution", {"name": "abc"})
    assert not document.faults[0].matches("stepfunctions:StartExecution", {"name": "b"})
    assert document.faults[1].matches("lambda:Invoke", {})


def test_a_pattern_looks_into_lists() -> None:
    fault = Fault(
        at="sagemaker:CreateEndpointConfig",
        fault="resource-limit",
        where={"ProductionVariants.InstanceType": "ml.m5.*"},
    )
    variants = [{"InstanceType": "ml.c5.large"}, {"InstanceType": "ml.m5.large"}]
    assert fault.matches("sagemaker:CreateEndpointConfig", {"ProductionVariants": variants})
    assert not fault.matches("sagemaker:CreateEndpointConfig", {"ProductionVariants": variants[:1]})

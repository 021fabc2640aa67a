"""Notebook instances by CloudFormation: their state, and what AWS refuses."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_cloudformation.real_stack import Deployed, as_map, tags, trust


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=Path(sys.executable),
        log=ActivityLog(io.StringIO()),
        services=("iam", "sagemaker", "cloudformation"),
    ) as aws:
        yield aws.runtime


@pytest.fixture
def stack(runtime: Runtime) -> Deployed:
    return Deployed(runtime)


def resources(instance_type: str = "ml.t3.medium", **more: Any) -> dict[str, Any]:
    script = [{"Content": base64.b64encode(b"echo hello").decode()}]
    role = {"AssumeRolePolicyDocument": trust("sagemaker")}
    notebook = {
        "InstanceType": instance_type,
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "LifecycleConfigName": {"Fn::GetAtt": ["Config", "NotebookInstanceLifecycleConfigName"]},
        "Tags": tags(team="growth"),
    }
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Config": {
            "Type": "AWS::SageMaker::NotebookInstanceLifecycleConfig",
            "Properties": {"OnStart": script},
        },
        "Notebook": {
            "Type": "AWS::SageMaker::NotebookInstance",
            "Properties": notebook | more,
        },
    }


def test_a_notebook_instance_is_created_changed_and_deleted(stack: Deployed) -> None:
    client = stack.client("sagemaker")
    arn = stack.deploy(**resources())["Notebook"]
    name = arn.rpartition("/")[2]
    found = client.describe_notebook_instance(NotebookInstanceName=name)
    assert (found["NotebookInstanceStatus"], found["VolumeSizeInGB"]) == ("InService", 5)
    assert as_map(client.list_tags(ResourceArn=arn)["Tags"])["team"] == "growth"
    with pytest.raises(ClientError, match=r"Status \(InService\) not in \(\[Stopped, Failed\]\)"):
        client.delete_notebook_instance(NotebookInstanceName=name)

    changed = resources("ml.t3.large", VolumeSizeInGB=20)
    del changed["Notebook"]["Properties"]["LifecycleConfigName"]
    assert stack.deploy(**changed)["Notebook"] == arn
    found = client.describe_notebook_instance(NotebookInstanceName=name)
    assert (found["InstanceType"], found["VolumeSizeInGB"]) == ("ml.t3.large", 20)
    assert found["NotebookInstanceStatus"] == "InService"
    assert "NotebookInstanceLifecycleConfigName" not in found

    stack.delete()
    assert client.list_notebook_instances()["NotebookInstances"] == []
    assert (
        client.list_notebook_instance_lifecycle_configs()["NotebookInstanceLifecycleConfigs"] == []
    )


def test_what_would_run_is_refused_by_name(runtime: Runtime) -> None:
    with pytest.raises(ClientError, match="CreatePresignedNotebookInstanceUrl"):
        runtime.client("sagemaker").create_presigned_notebook_instance_url(
            NotebookInstanceName="any"
        )

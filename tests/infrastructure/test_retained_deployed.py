"""What an environment that retains its data leaves: all of it, but nothing of a failed creation."""

import io
from collections.abc import Iterator

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws
from tests.infrastructure.conftest import ROOT, Templates
from tests.infrastructure.templates import of_type
from tests.infrastructure.test_parameters_deployed import ASSETS, INVALID, delete, deploy, upload

STACK = "autogluon-prod-foundation"
RETAINED = ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Logs::LogGroup")


@pytest.fixture
def runtime(prod: Templates) -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=ROOT / ".venv-image" / "bin" / "python",
        log=ActivityLog(io.StringIO()),
        services=("iam", "cloudformation", "lambda_runtime"),
    ) as aws:
        upload(aws.runtime, prod, "prod")
        aws.runtime.client("ssm").put_parameter(
            Name="/cdk-bootstrap/hnb659fds/version", Type="String", Value="30"
        )
        yield aws.runtime


@pytest.fixture
def earlier(runtime: Runtime) -> dict[str, int]:
    """What other tests of this process have left: the library underneath keeps it."""
    return count(runtime)


def count(runtime: Runtime) -> dict[str, int]:
    """Return how much there is of what the stack may retain."""
    buckets = runtime.client("s3").list_buckets()["Buckets"]
    kms = runtime.client("kms")
    keys = [kms.describe_key(KeyId=key["KeyId"]) for key in kms.list_keys()["Keys"]]
    groups = runtime.client("logs").describe_log_groups()["logGroups"]
    return {
        "AWS::S3::Bucket": sum(bucket["Name"] != ASSETS for bucket in buckets),
        "AWS::KMS::Key": sum(key["KeyMetadata"]["KeyState"] == "Enabled" for key in keys),
        "AWS::Logs::LogGroup": len(groups),
    }


def test_a_failed_creation_leaves_nothing_and_a_deletion_leaves_the_data(
    runtime: Runtime, prod: Templates, earlier: dict[str, int]
) -> None:
    def left() -> dict[str, int]:
        return {kind: number - earlier[kind] for kind, number in count(runtime).items()}

    foundation = prod["Foundation"]
    resources = foundation["Resources"]
    failing = {
        **foundation,
        "Resources": {**resources, "Bad": {**INVALID, "DependsOn": sorted(resources)}},
    }

    assert deploy(runtime, STACK, failing, "create") == "ROLLBACK_COMPLETE"
    assert left() == dict.fromkeys(RETAINED, 0)

    delete(runtime, STACK)
    assert deploy(runtime, STACK, foundation, "create") == "CREATE_COMPLETE"
    delete(runtime, STACK)
    assert left() == {kind: len(of_type(foundation, kind)) for kind in RETAINED}

"""The rim, against moto and against answers that AWS is known to give."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.adapters.cloudformation_stacks import CloudFormationStacks
from autogluon_lambdas.adapters.data_removal import ModelGroupRemover
from autogluon_lambdas.adapters.s3_objects import S3Objects
from autogluon_lambdas.adapters.sagemaker_endpoints import SageMakerEndpoints
from autogluon_lambdas.adapters.sagemaker_registry import SageMakerRegistry
from autogluon_lambdas.adapters.ssm_predictors import SsmPredictors
from autogluon_lambdas.ports import EndpointState, NotReadableError, NotWritableError, VariantState
from tests.fakes.lambda_ports import package
from tests.fakes.sandbox import GROUP_ARN, KEY_ARN

BUCKET = "artifact-bucket"
PREFIX = "/autogluon/sandbox/predictors"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def store(aws: None) -> S3Objects:
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return S3Objects(client, KEY_ARN)


def test_objects_are_written_encrypted_and_read_in_ranges(store: S3Objects) -> None:
    location = S3Location(BUCKET, "a/b.csv")

    store.write(location, b"0123456789", "text/csv")

    head = boto3.client("s3").head_object(Bucket=BUCKET, Key="a/b.csv")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", KEY_ARN)
    [found] = store.find(BUCKET, "a/", limit=5)
    assert found.modified == head["LastModified"]
    assert store.read(location, 2, 3) == b"234"
    assert store.read(location, 8, 100) == b"89"
    assert b"".join(store.stream(location)) == b"0123456789"


def test_an_empty_object_reads_as_nothing(store: S3Objects) -> None:
    store.write(S3Location(BUCKET, "empty"), b"", "text/csv")

    assert store.read(S3Location(BUCKET, "empty"), 0, 10) == b""


def test_finding_is_by_string_prefix_in_key_order(store: S3Objects) -> None:
    for key in ("d/2", "d/1", "d/10", "e/1"):
        store.write(S3Location(BUCKET, key), b"x", "text/csv")

    assert [o.location.key for o in store.find(BUCKET, "d/1", limit=5)] == ["d/1", "d/10"]
    assert [o.location.key for o in store.find(BUCKET, "d/", limit=2)] == ["d/1", "d/10"]


def test_finding_goes_over_all_pages() -> None:
    written = datetime(2026, 11, 29, tzinfo=UTC)
    pages = [
        {
            "Contents": [{"Key": "d/1", "Size": 1, "ETag": '"e1"', "LastModified": written}],
            "IsTruncated": True,
            "NextContinuationToken": "n",
        },
        {
            "Contents": [{"Key": "d/2", "Size": 2, "ETag": '"e2"', "LastModified": written}],
            "IsTruncated": False,
        },
    ]
    client = _stubbed("s3", *(("list_objects_v2", page) for page in pages))

    found = S3Objects(client, KEY_ARN).find("b", "d/", limit=10)
    assert [(entry.size, entry.etag) for entry in found] == [(1, "e1"), (2, "e2")]


def test_an_upload_in_parts_is_whole_and_encrypted(
    store: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autogluon_lambdas.adapters.s3_objects._PART_BYTES", 5 * 1024 * 1024)
    body = bytes(range(256)) * 30_000
    location = S3Location(BUCKET, "big")

    with store.writer(location, "text/csv") as writer:
        for start in range(0, len(body), 1_000_000):
            writer.write(body[start : start + 1_000_000])

    assert b"".join(store.stream(location)) == body
    head = boto3.client("s3").head_object(Bucket=BUCKET, Key="big")
    assert head["SSEKMSKeyId"] == KEY_ARN


def test_an_upload_of_nothing_is_an_empty_object(store: S3Objects) -> None:
    with store.writer(S3Location(BUCKET, "nothing"), "text/csv"):
        pass

    assert store.read(S3Location(BUCKET, "nothing"), 0, 1) == b""


def test_an_upload_that_fails_leaves_no_object_and_no_parts(store: S3Objects) -> None:
    def fail() -> None:
        with store.writer(S3Location(BUCKET, "x"), "text/csv") as writer:
            writer.write(b"1")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()

    assert store.find(BUCKET, "", limit=10) == []
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_what_goes_outside_is_encrypted_as_its_bucket_says(store: S3Objects) -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket="scores")
    own, copy = S3Location(BUCKET, "results/a.csv"), S3Location("scores", "income/a.csv")
    store.write(own, b"1,a\n", "text/csv")

    store.copy_outside(own, copy)
    store.write_outside(S3Location("scores", "manifest.json"), b"{}", "application/json")

    assert store.read(copy, 0, 10) == b"1,a\n"
    for key in ("income/a.csv", "manifest.json"):
        head = client.head_object(Bucket="scores", Key=key)
        assert "SSEKMSKeyId" not in head
    for write in (
        lambda target: store.copy_outside(own, target),
        lambda target: store.write_outside(target, b"", "text/csv"),
    ):
        with pytest.raises(NotWritableError, match="never-was/a: the bucket does not exist"):
            write(S3Location("never-was", "a"))


def test_deleting_takes_absent_objects_too(store: S3Objects) -> None:
    store.write(S3Location(BUCKET, "x"), b"1", "text/csv")

    store.delete([S3Location(BUCKET, "x"), S3Location(BUCKET, "never")])

    assert store.find(BUCKET, "", limit=10) == []


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (S3Location(BUCKET, "never"), "the object does not exist"),
        (S3Location("no-such-bucket", "x"), "the bucket does not exist"),
    ],
)
def test_what_is_absent_is_named(store: S3Objects, location: S3Location, reason: str) -> None:
    with pytest.raises(NotReadableError, match=reason):
        store.read(location, 0, 1)
    with pytest.raises(NotReadableError, match=reason):
        list(store.stream(location))


def _stubbed(service: str, *answers: tuple[str, object]) -> Any:
    """A client that gives these answers in turn; a pair (code, message) is an error."""
    client = boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    stubber = Stubber(client)
    for operation, answer in answers:
        if isinstance(answer, tuple):
            code, message = answer
            stubber.add_client_error(operation, code, message)
        else:
            stubber.add_response(operation, answer)
    stubber.activate()
    return client


def test_a_denied_bucket_is_named() -> None:
    denied = _stubbed("s3", ("list_objects_v2", ("AccessDenied", "no")))

    with pytest.raises(
        NotReadableError, match=r"^s3://b/k: the function's role may not read it\. Use the env"
    ):
        S3Objects(denied, KEY_ARN).find("b", "k", limit=1)


def test_an_error_that_is_not_about_the_object_stays_what_it_is() -> None:
    broken = _stubbed("s3", ("get_object", ("InternalError", "later")))

    with pytest.raises(ClientError, match="InternalError"):
        S3Objects(broken, KEY_ARN).read(S3Location("b", "k"), 0, 1)


@pytest.mark.usefixtures("aws")
def test_predictors_come_from_their_parameters() -> None:
    client = boto3.client("ssm")
    for name, value in {
        "income/spec": "{}",
        "income/live-model": GROUP_ARN + "/1",
        "housing/spec": "[]",
        "draft/live-model": "none",
    }.items():
        client.put_parameter(Name=f"{PREFIX}/{name}", Value=value, Type="String")
    predictors = SsmPredictors(client, PREFIX + "/")

    assert predictors.names() == ["housing", "income"]
    assert predictors.parameter("income", "spec") == "{}"
    assert predictors.parameter("never", "spec") is None
    assert predictors.live_model("income") == GROUP_ARN + "/1"
    assert predictors.live_model("housing") == "none"
    assert predictors.live_model_parameter("income") == f"{PREFIX}/income/live-model"


def _summary(version: int, status: str) -> dict[str, Any]:
    return {
        "ModelPackageArn": f"{GROUP_ARN}/{version}",
        "ModelPackageVersion": version,
        "ModelApprovalStatus": status,
        "ModelPackageStatus": "Completed",
        "CreationTime": "2026-11-20T10:00:00Z",
    }


def test_versions_of_all_pages_come_highest_first() -> None:
    first = {"ModelPackageSummaryList": [_summary(1, "Rejected")], "NextToken": "more"}
    second = {"ModelPackageSummaryList": [_summary(10, "Approved"), _summary(9, "Approved")]}
    client = _stubbed("sagemaker", ("list_model_packages", first), ("list_model_packages", second))

    versions = SageMakerRegistry(client).versions("autogluon-sandbox-income")

    assert [(version.version, version.status) for version in versions] == [
        (10, "Approved"),
        (9, "Approved"),
        (1, "Rejected"),
    ]


@pytest.mark.parametrize(
    "error",
    [
        ("ValidationException", "Model Package Group g does not exist."),
        ("ResourceNotFound", "gone"),
    ],
)
def test_an_absent_group_has_no_versions(error: tuple[str, str]) -> None:
    client = _stubbed("sagemaker", ("list_model_packages", error))

    assert SageMakerRegistry(client).versions("g") == []


def test_a_denied_list_is_an_error_and_not_an_empty_group() -> None:
    client = _stubbed("sagemaker", ("list_model_packages", ("AccessDeniedException", "no")))

    with pytest.raises(ClientError, match="AccessDenied"):
        SageMakerRegistry(client).versions("g")


def test_a_version_is_described_with_its_container() -> None:
    wanted = package(3)
    answer = {
        "ModelPackageName": "g",
        "ModelPackageArn": wanted.arn,
        "ModelPackageVersion": 3,
        "ModelApprovalStatus": "Approved",
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "CreationTime": "2026-11-20T10:00:00Z",
        "InferenceSpecification": {
            "Containers": [
                {
                    "Image": wanted.image,
                    "ModelDataUrl": wanted.model_data_url,
                    "Environment": dict(wanted.environment),
                }
            ]
        },
    }

    registry = SageMakerRegistry(_stubbed("sagemaker", ("describe_model_package", answer)))

    assert registry.describe(wanted.arn) == wanted


def test_an_absent_version_is_none() -> None:
    error = ("ValidationException", "ModelPackage arn does not exist")

    assert (
        SageMakerRegistry(_stubbed("sagemaker", ("describe_model_package", error))).describe(
            f"{GROUP_ARN}/9"
        )
        is None
    )


@pytest.mark.usefixtures("aws")
def test_a_group_is_created_with_its_tags() -> None:
    client = boto3.client("sagemaker")

    SageMakerRegistry(client).ensure_group("g", "A group", {"team": "growth"})

    group = client.describe_model_package_group(ModelPackageGroupName="g")
    tags = client.list_tags(ResourceArn=group["ModelPackageGroupArn"])["Tags"]
    assert group["ModelPackageGroupDescription"] == "A group"
    assert tags == [{"Key": "team", "Value": "growth"}]


def test_creating_a_group_again_is_fine() -> None:
    exists = ("ValidationException", "Model Package Group already exists: arn")
    client = _stubbed("sagemaker", ("create_model_package_group", exists))

    SageMakerRegistry(client).ensure_group("g", "A group", {})


def test_an_endpoint_is_followed_down_to_its_model_package() -> None:
    client = _stubbed(
        "sagemaker",
        (
            "describe_endpoint",
            {
                "EndpointName": "e",
                "EndpointArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e",
                "EndpointConfigName": "config-1",
                "EndpointStatus": "InService",
                "CreationTime": "2026-11-20T10:00:00Z",
                "LastModifiedTime": "2026-11-20T10:00:00Z",
            },
        ),
        (
            "describe_endpoint_config",
            {
                "EndpointConfigName": "config-1",
                "EndpointConfigArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/c",
                "ProductionVariants": [
                    {
                        "VariantName": "AllTraffic",
                        "ModelName": "model-1",
                        "InstanceType": "ml.m5.large",
                        "InitialInstanceCount": 2,
                    }
                ],
                "CreationTime": "2026-11-20T10:00:00Z",
            },
        ),
        (
            "describe_model",
            {
                "ModelName": "model-1",
                "PrimaryContainer": {"ModelPackageName": f"{GROUP_ARN}/1"},
                "CreationTime": "2026-11-20T10:00:00Z",
                "ModelArn": "arn:aws:sagemaker:us-east-1:123456789012:model/model-1",
            },
        ),
    )

    assert SageMakerEndpoints(client).state("e") == EndpointState(
        "InService",
        "config-1",
        (
            VariantState(
                name="AllTraffic",
                model_package_arns=(f"{GROUP_ARN}/1",),
                instance_type="ml.m5.large",
                initial_instance_count=2,
            ),
        ),
    )


def test_an_absent_endpoint_is_none() -> None:
    error = ("ValidationException", 'Could not find endpoint "arn:aws:sagemaker:...".')

    assert (
        SageMakerEndpoints(_stubbed("sagemaker", ("describe_endpoint", error))).state("e") is None
    )


def test_a_stack_tells_its_status_and_what_its_parameters_resolved_to() -> None:
    parameter = f"{PREFIX}/income/live-model"
    stack = {
        "StackName": "s",
        "CreationTime": "2026-11-20T10:00:00Z",
        "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [
            {"ParameterKey": "Plain", "ParameterValue": "1"},
            {"ParameterKey": "Live", "ParameterValue": parameter, "ResolvedValue": "none"},
        ],
    }
    client = _stubbed("cloudformation", ("describe_stacks", {"Stacks": [stack]}))

    state = CloudFormationStacks(client).state("s")

    assert state is not None
    assert state.status == "UPDATE_COMPLETE"
    assert state.resolved_parameters == {parameter: "none"}
    assert state.parameters == {"Plain": "1"}


@pytest.mark.usefixtures("aws")
def test_an_absent_stack_is_none() -> None:
    assert CloudFormationStacks(boto3.client("cloudformation")).state("never") is None


def test_an_absent_group_is_removed_already() -> None:
    absent = ("ValidationException", "Model Package Group g does not exist.")
    client = _stubbed(
        "sagemaker", ("list_model_packages", absent), ("delete_model_package_group", absent)
    )

    ModelGroupRemover(client).remove("g")


def test_versions_are_deleted_before_their_group() -> None:
    client = _stubbed(
        "sagemaker",
        ("list_model_packages", {"ModelPackageSummaryList": [_summary(1, "Approved")]}),
        ("delete_model_package", {}),
        ("delete_model_package_group", {}),
    )

    ModelGroupRemover(client).remove("g")

"""The front door is strict: what it lets in is well formed, known and answered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.gateway.service_index import INDEX_FILE
from embedded_aws.server import EmbeddedAws
from scripts.service_index import index
from tests.unit.embedded_core.raw_calls import RawClient

IAM = "Version=2010-05-08&Action"
ELB = "Action=DescribeLoadBalancers&Version"


@pytest.fixture(scope="module")
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def raw(log: io.StringIO) -> Iterator[RawClient]:
    services = ("iam", "sagemaker", "stepfunctions")
    with EmbeddedAws(image_python=Path("unused"), log=ActivityLog(log), services=services) as aws:
        yield RawClient(aws)


def test_the_index_of_services_is_that_of_the_installed_models() -> None:
    assert INDEX_FILE.read_text() == index(), "run `python -m scripts.service_index`"


@pytest.mark.parametrize(
    ("signing_name", "target", "part"),
    [
        ("dynamodb", "DynamoDBStreams_20120810.ListStreams", "dynamodbstreams:ListStreams"),
        ("elasticmapreduce", "ElasticMapReduce.ListClusters", "emr:ListClusters"),
        ("states", "AWSStepFunctions.ListStateMachines", '"stateMachines"'),
    ],
)
def test_a_target_names_the_service(
    raw: RawClient, signing_name: str, target: str, part: str
) -> None:
    assert part in raw.json(signing_name, target, "{}").text


@pytest.mark.parametrize(
    ("version", "part"),
    [("2012-06-01", "the service elb."), ("2015-12-01", "the service elbv2.")],
)
def test_the_version_tells_siblings_with_one_signing_name_apart(
    raw: RawClient, version: str, part: str
) -> None:
    assert part in raw.form("elasticloadbalancing", f"{ELB}={version}").text


@pytest.mark.parametrize(
    ("signing_name", "path", "part"),
    [
        ("apigateway", "/v2/apis", "apigatewayv2:GetApis"),
        ("apigateway", "/restapis", "apigateway:GetRestApis"),
        ("elasticfilesystem", "/2015-02-01/file-systems", "efs:DescribeFileSystems"),
        ("es", "/2021-01-01/domain", "opensearch:ListDomainNames"),
        ("sagemaker", "/endpoints/none/invocations", "ValidationError"),
    ],
)
def test_the_path_tells_siblings_with_one_signing_name_apart(
    raw: RawClient, signing_name: str, path: str, part: str
) -> None:
    method = "POST" if path.endswith("invocations") else "GET"
    assert part in raw.send(signing_name, method=method, path=path, body=b"").text


def test_s3_control_is_not_a_bucket(raw: RawClient) -> None:
    path = "/v20180820/configuration/publicAccessBlock"
    headers = {"x-amz-account-id": "123456789012"}
    answer = raw.send("s3", method="GET", path=path, headers=headers)
    assert "s3control:GetPublicAccessBlock" in answer.text


@pytest.mark.parametrize(
    ("signing_name", "path", "said"),
    [
        ("access-analyzer", "/analyzer", "it does not have the service accessanalyzer"),
        ("glacier", "/-/vaults", "it does not have the service glacier"),
        ("nonsense", "/", "knows no service that signs as 'nonsense'"),
    ],
)
def test_a_service_that_is_not_there_is_one_sentence(
    raw: RawClient, signing_name: str, path: str, said: str
) -> None:
    answer = raw.send(signing_name, method="GET", path=path)
    assert (answer.status, said in answer.text) == (501, True)


@pytest.mark.parametrize("operation", ["DescribeAnomalyDetectors", "DescribeInsightRules"])
def test_an_operation_that_no_list_names_is_one_sentence_and_no_traceback(
    raw: RawClient, log: io.StringIO, operation: str
) -> None:
    """The library underneath has the second, which was not examined."""
    answer = raw.json("monitoring", f"GraniteServiceVersion20100801.{operation}", "{}")
    assert answer.status == 501
    assert f"does not support cloudwatch:{operation}." in answer.text
    assert "Traceback" not in log.getvalue()


def test_a_request_in_cbor_is_refused_in_cbor(raw: RawClient) -> None:
    answer = raw.send(
        "monitoring",
        path="/service/GraniteServiceVersion20100801/operation/ListMetrics",
        body=b"\xa0",
        headers={"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"},
    )
    assert (answer.status, answer.content_type) == (501, "application/cbor")


def test_operations_with_a_host_prefix_come_here_by_the_printed_variables(
    raw: RawClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in raw.aws.client_environment().items():
        monkeypatch.setenv(name, value)
    states = boto3.session.Session().client("stepfunctions")
    arn = "arn:aws:states:us-east-1:123456789012:stateMachine:none"
    with pytest.raises(ClientError):  # not EndpointConnectionError
        states.start_sync_execution(stateMachineArn=arn)


def test_an_s3_operation_of_no_use_here_does_not_reach_the_bucket(raw: RawClient) -> None:
    """The library would read DELETE /bucket?... as DeleteBucket."""
    s3 = raw.aws.runtime.client("s3")
    s3.create_bucket(Bucket="front-door")
    answer = raw.send("s3", method="DELETE", path="/front-door?inventory=&id=x")
    assert (answer.status, "NotImplemented" in answer.text) == (501, True)
    assert s3.head_bucket(Bucket="front-door")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("nope", "SerializationException"),
        ("[1]", "Start of list found where not expected"),
        ('{"MaxResults": "x"}', "STRING_VALUE cannot be converted to Integer"),
        ('{"NameContains": 5}', "NUMBER_VALUE cannot be converted to String"),
        ('{"CreationTimeAfter": "soon"}', "SerializationException"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_serialization_exception(
    raw: RawClient, body: str, said: str
) -> None:
    answer = raw.json("sagemaker", "SageMaker.ListModels", body)
    assert (answer.status, said in answer.text) == (400, True)


def test_malformed_xml_and_malformed_forms_have_codes_of_their_protocols(raw: RawClient) -> None:
    answer = raw.send("s3", method="PUT", path="/malformed?versioning", body=b"<Versioning")
    assert "<Code>MalformedXML</Code>" in answer.text
    answer = raw.form("iam", f"{IAM}=ListRoles&MaxItems=many")
    assert "<Code>MalformedInput</Code>" in answer.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("versioning", "<VersioningConfiguration><Stat>Enabled</Stat></VersioningConfiguration>"),
        (
            "tagging",
            "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value><Note/></Tag></TagSet></Tagging>",
        ),
        ("tagging", "<Tagging><TagSet><Label/></TagSet></Tagging>"),
        ("delete", "<Delete><Object><Key>a</Key><Size2>1</Size2></Object></Delete>"),
    ],
)
def test_xml_with_an_element_that_the_model_does_not_have_is_malformed(
    raw: RawClient, path: str, body: str
) -> None:
    raw.aws.runtime.client("s3").create_bucket(Bucket="elements")
    method = "POST" if path == "delete" else "PUT"
    answer = raw.send("s3", method=method, path=f"/elements?{path}", body=body.encode())
    assert (answer.status, "<Code>MalformedXML</Code>" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("answer_of", "said"),
    [
        (
            lambda raw: raw.json("states", "AWSStepFunctions.DescribeExecution", "{}"),
            "Value null at 'executionArn' failed to satisfy constraint: Member must not be null",
        ),
        (
            lambda raw: raw.json("sagemaker", "SageMaker.ListEndpoints", '{"StatusEquals":"No"}'),
            "Value 'No' at 'statusEquals' failed to satisfy constraint: Member must satisfy enum",
        ),
        (
            lambda raw: raw.form("iam", f"{IAM}=GetRole&RoleName=bad+name!"),
            "Value 'bad name!' at 'roleName' failed to satisfy constraint: Member must satisfy reg",
        ),
        (
            lambda raw: raw.json("ssm", "AmazonSSM.GetParameters", '{"Names": []}'),
            "Value '[]' at 'names' failed to satisfy constraint: Member must have length greater",
        ),
        (
            lambda raw: raw.form(
                "ec2", "Action=CreateSubnet&Version=2016-11-15&CidrBlock=10.0.0.0/24"
            ),
            "The request must contain the parameter VpcId.",
        ),
        (
            lambda raw: raw.send("s3", method="PUT", path="/b?versioning", body=b""),
            "MissingRequestBodyError",
        ),
    ],
)
def test_a_request_that_the_model_refuses_is_refused_in_the_services_words(
    raw: RawClient, answer_of: object, said: str
) -> None:
    assert callable(answer_of)
    answer = answer_of(raw)
    assert (answer.status, said in answer.text) == (400, True), answer


@pytest.mark.parametrize(
    ("answer_of", "said"),
    [
        (
            lambda raw: raw.json("sagemaker", "SageMaker.ListModels", '{"MaxResult": 1}'),
            r"does not support ListModels.MaxResult (did you mean \"MaxResults\"?): the API",
        ),
        (
            lambda raw: raw.form("iam", f"{IAM}=ListRoles&Nonsense=1"),
            "does not support ListRoles.Nonsense",
        ),
        (
            lambda raw: raw.json(
                "states",
                "AWSStepFunctions.UpdateStateMachine",
                '{"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m", '
                '"encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY"}}',
            ),
            "does not support state machines with a customer managed key",
        ),
        (
            lambda raw: raw.form(
                "iam",
                f"{IAM}=CreateRole&RoleName=r&AssumeRolePolicyDocument=x&Tags.member.1.Key=a"
                "&Tags.member.1.Value=b&Tags.member.1.Note=c",
            ),
            "does not support CreateRole.Tags.member.1.Note",
        ),
    ],
)
def test_a_member_that_the_model_does_not_have_is_named(
    raw: RawClient, answer_of: object, said: str
) -> None:
    assert callable(answer_of)
    answer = answer_of(raw)
    assert (answer.status, said in answer.text) == (501, True), answer


def test_a_request_on_which_the_library_fails_is_one_sentence_and_one_line(
    raw: RawClient, log: io.StringIO
) -> None:
    body = '{"Statement": "nonsense"}'
    answers = [raw.json("dynamodb", "DynamoDB_20120810.ExecuteStatement", body) for _ in range(2)]
    assert {answer.status for answer in answers} == {501}
    assert "cannot answer this dynamodb:ExecuteStatement request" in answers[0].text
    assert log.getvalue().count("ExecuteStatement cannot be answered here") == 1
    assert "Traceback" not in log.getvalue()

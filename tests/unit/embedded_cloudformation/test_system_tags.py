"""What a stack makes says of which stack it is, and people cannot say so."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.credentials import ADMIN
from embedded_aws.runtime import Runtime
from tests.unit.embedded_cloudformation.real_stack import Deployed, as_map, tags

SYSTEM = "aws:cloudformation:stack-name"


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def test_a_topic_has_its_own_tags_and_those_of_cloudformation(stack: Deployed) -> None:
    sns = stack.client("sns")

    arn = stack.deploy(R=_resource("SNS::Topic", Tags=tags(a="1")))["R"]

    listed = as_map(sns.list_tags_for_resource(ResourceArn=arn)["Tags"])
    assert listed == {"a": "1", **stack.system_tags}

    stack.deploy(R=_resource("SNS::Topic", Tags=tags(b="2")))

    listed = as_map(sns.list_tags_for_resource(ResourceArn=arn)["Tags"])
    assert listed == {"b": "2", **stack.system_tags}


def test_a_queue_without_tags_has_those_of_cloudformation(stack: Deployed) -> None:
    url = stack.deploy(R=_resource("SQS::Queue"))["R"]

    assert stack.client("sqs").list_queue_tags(QueueUrl=url)["Tags"] == stack.system_tags


def test_a_replacement_has_them_too(stack: Deployed) -> None:
    stack.deploy(R=_resource("SNS::Topic", TopicName=f"{stack.name}-1"))

    arn = stack.deploy(R=_resource("SNS::Topic", TopicName=f"{stack.name}-2"))["R"]

    listed = stack.client("sns").list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert as_map(listed) == stack.system_tags


def test_peoples_tags_with_the_prefix_are_refused(runtime: Runtime, stack: Deployed) -> None:
    ids = stack.deploy(R=_resource("S3::Bucket"), T=_resource("SNS::Topic"))
    s3, sns = runtime.client("s3", ADMIN), runtime.client("sns", ADMIN)
    mine = [{"Key": SYSTEM, "Value": "mine"}]

    with pytest.raises(ClientError, match="System tags cannot be added/updated by requester"):
        s3.put_bucket_tagging(Bucket=ids["R"], Tagging={"TagSet": mine})
    with pytest.raises(ClientError, match="not allowed for external use"):
        sns.tag_resource(ResourceArn=ids["T"], Tags=mine)
    s3.put_bucket_tagging(Bucket=ids["R"], Tagging={"TagSet": tags(a="1")})

    kept = as_map(s3.get_bucket_tagging(Bucket=ids["R"])["TagSet"])
    assert kept == {"a": "1", **stack.system_tags}
    stack.deploy(O=_resource("SNS::Topic"))  # and the bucket is gone

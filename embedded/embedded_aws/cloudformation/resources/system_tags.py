"""Tag what a stack makes with the stack's name and id and with its logical id.

CloudFormation user guide, "Resource tags": these three keys "with the prefix aws:" are added to
all resources that CloudFormation can tag. Services refuse such keys from anyone else, so the
client is one that no policy and no such check binds, and S3's tags are written beneath its API.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.s3.models import s3_backends

from embedded_aws.cloudformation.resources.handler import ResourceContext
from embedded_aws.cloudformation.resources.tags import tag_list

_PARTITION = "aws"
Clients = Callable[[str], Any]
_Writer = Callable[[ResourceContext, Clients, str, dict[str, str]], None]


def add_system_tags(context: ResourceContext, clients: Clients, physical_id: str) -> None:
    """Write the three tags of a resource; types whose tags are not written have none.

    Args:
        clients: returns a client that is not bound by the check of reserved keys.
    """
    write = _WRITERS.get(context.type)
    if write is None:
        return
    tags = {
        "aws:cloudformation:stack-name": context.stack_name,
        "aws:cloudformation:stack-id": context.stack_id,
        "aws:cloudformation:logical-id": context.logical_id,
    }
    write(context, clients, physical_id, tags)


def _bucket(context: ResourceContext, _: Clients, name: str, tags: dict[str, str]) -> None:
    backend = s3_backends[context.account_id][_PARTITION]
    backend.tagger.tag_resource(backend.get_bucket(name).arn, tag_list(tags))


def _function(context: ResourceContext, own: Clients, name: str, tags: dict[str, str]) -> None:
    arn = context.arn("lambda", f"function:{name}")
    own("lambda").tag_resource(Resource=arn, Tags=tags)


def _topic(_: ResourceContext, own: Clients, arn: str, tags: dict[str, str]) -> None:
    own("sns").tag_resource(ResourceArn=arn, Tags=tag_list(tags))


def _queue(_: ResourceContext, own: Clients, url: str, tags: dict[str, str]) -> None:
    own("sqs").tag_queue(QueueUrl=url, Tags=tags)


def _machine(_: ResourceContext, own: Clients, arn: str, tags: dict[str, str]) -> None:
    own("stepfunctions").tag_resource(resourceArn=arn, tags=tag_list(tags, "key", "value"))


def _of_sagemaker(_: ResourceContext, own: Clients, arn: str, tags: dict[str, str]) -> None:
    own("sagemaker").add_tags(ResourceArn=arn, Tags=tag_list(tags))


_SAGEMAKER = ("Endpoint", "EndpointConfig", "InferenceComponent", "Model", "ModelPackageGroup")
_WRITERS: dict[str, _Writer] = {
    "AWS::Lambda::Function": _function,
    "AWS::S3::Bucket": _bucket,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
    "AWS::StepFunctions::StateMachine": _machine,
    **{f"AWS::SageMaker::{kind}": _of_sagemaker for kind in _SAGEMAKER},
}

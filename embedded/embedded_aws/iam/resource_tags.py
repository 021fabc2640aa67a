"""Tags of existing resources for `aws:ResourceTag/...`, read only when a policy needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.tags import request_tags

# boto3 service and region -> a client with the administrator's rights
ClientFactory = Callable[[str, str], Any]

# IAM prefix -> (boto3 service, method, name of the ARN parameter)
_LISTINGS = {
    "sagemaker": ("sagemaker", "list_tags", "ResourceArn"),
    "lambda": ("lambda", "list_tags", "Resource"),
    "states": ("stepfunctions", "list_tags_for_resource", "resourceArn"),
    "sns": ("sns", "list_tags_for_resource", "ResourceArn"),
    "events": ("events", "list_tags_for_resource", "ResourceARN"),
    "cloudwatch": ("cloudwatch", "list_tags_for_resource", "ResourceARN"),
    "logs": ("logs", "list_tags_for_resource", "resourceArn"),
    "dynamodb": ("dynamodb", "list_tags_of_resource", "ResourceArn"),
    "ecr": ("ecr", "list_tags_for_resource", "resourceArn"),
    "secretsmanager": ("secretsmanager", "describe_secret", "SecretId"),
}


class ResourceTags:
    """Reads tags from moto's state (IAM, KMS, SQS) or from the service that stores them.

    Tags of other services are unknown here: conditions on them see no key.
    """

    def __init__(self, state: MotoState, client: ClientFactory) -> None:
        self._state = state
        self._client = client

    def of(self, resource_arn: str) -> Mapping[str, str]:
        """Return the tags of a resource; empty when it has none, or does not exist yet."""
        parts = resource_arn.split(":", 5)
        if len(parts) < 6 or "*" in resource_arn:
            return {}
        service, region = parts[2], parts[3]
        if service == "iam":
            holder = self._state.role(resource_arn) or self._state.user(resource_arn)
            return holder.tags if holder else {}
        if service == "sqs":
            return self._state.queue_tags(resource_arn)
        if service == "ssm" and parts[5].startswith("parameter/"):
            return self._of_parameter(parts[5].removeprefix("parameter/"), region)
        if service == "kms":
            key = self._state.key(resource_arn, region)
            return key.tags if key else {}
        return self._listed(service, region, resource_arn)

    def _of_parameter(self, path: str, region: str) -> Mapping[str, str]:
        client = self._client("ssm", region)
        for name in (f"/{path}", path):  # an ARN does not say whether the name starts with a slash
            try:
                answer = client.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)
            except ClientError:
                continue
            if answer["TagList"]:
                return request_tags({"Tags": answer["TagList"]})
        return {}

    def _listed(self, service: str, region: str, resource_arn: str) -> Mapping[str, str]:
        if service not in _LISTINGS:
            return {}
        name, method, parameter = _LISTINGS[service]
        arn = resource_arn.partition(":log-stream:")[0] if service == "logs" else resource_arn
        try:
            answer = getattr(self._client(name, region), method)(**{parameter: arn})
        except ClientError:
            return {}
        return request_tags(answer)

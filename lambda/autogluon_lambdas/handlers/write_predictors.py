"""Handle a CloudFormation custom resource: write the predictors' parameters."""

from typing import Any

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.handlers._custom_resource import answer
from autogluon_lambdas.logic.deployment.write_predictors import PredictorWriter


def handler(event: dict[str, Any], _context: object) -> None:
    """Write or delete parameters, and answer the custom resource event."""
    writer = PredictorWriter(wiring.parameters(), _read_file, _stack_status)
    answer(event, lambda: writer.act(event))


def _read_file(location: S3Location) -> bytes:
    body = wiring.client("s3").get_object(Bucket=location.bucket, Key=location.key)["Body"]
    return bytes(body.read())


def _stack_status(stack: str) -> str:
    found = wiring.client("cloudformation").describe_stacks(StackName=stack)
    return str(found["Stacks"][0]["StackStatus"])

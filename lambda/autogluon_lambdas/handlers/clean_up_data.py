"""Handle a CloudFormation custom resource: empty buckets and the model registry on `Delete`."""

from typing import Any

from autogluon_lambdas.adapters.cloudformation_response import send_response
from autogluon_lambdas.adapters.data_removal import BucketEmptier, ModelGroupRemover
from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.clean_up_data import DataCleaner


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer a custom resource event at its ResponseURL, whatever happens.

    CloudFormation waits an hour for an answer that never comes, so every failure is sent as one.
    """
    physical_id = event.get("PhysicalResourceId") or f"clean-up-{event['LogicalResourceId']}"
    failure: str | None = None
    try:
        cleaner = DataCleaner(
            BucketEmptier(wiring.client("s3")),
            ModelGroupRemover(wiring.client("sagemaker")),
            seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
        )
        cleaner.clean(event)
    except Exception as error:  # noqa: BLE001  (the answer carries it; see above)
        failure = f"{type(error).__name__}: {error}"
    send_response(event, physical_id=physical_id, failure=failure)

"""Handle a CloudFormation custom resource: delete data, models and logs on `Delete`."""

from typing import Any

from autogluon_lambdas.adapters.data_removal import BucketEmptier, ModelGroupRemover
from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.handlers._custom_resource import answer
from autogluon_lambdas.logic.clean_up_data import DataCleaner


def handler(event: dict[str, Any], context: Any) -> None:
    """Clean up on `Delete`, and answer the custom resource event."""
    physical_id = event.get("PhysicalResourceId") or f"clean-up-{event['LogicalResourceId']}"

    def act() -> str:
        cleaner = DataCleaner(
            BucketEmptier(wiring.client("s3")),
            ModelGroupRemover(wiring.client("sagemaker")),
            wiring.log_groups(),
            seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
        )
        cleaner.clean(event)
        return str(physical_id)

    answer(event, act)

"""Refuse the name of an earlier run, whose documents and job a run of the same name would meet.

Step Functions frees an execution's name after 90 days (API reference, StartExecution), or when its
state machine is deleted. The run's folder stays, and SageMaker never frees a job's name.
"""

from datetime import datetime, timedelta

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.ports import ObjectStore

# The clocks of S3 and Step Functions may differ a little; the run's own planner may run twice.
_TOLERANCE = timedelta(minutes=1)


def refuse_name_of_earlier_run(
    store: ObjectStore, execution: Execution, folder: S3Location
) -> None:
    """Raise InvalidInputError when the run's folder has an object from before the execution."""
    started = datetime.fromisoformat(execution.started)
    for found in store.find(folder.bucket, folder.key, limit=1):
        if found.modified is not None and found.modified < started - _TOLERANCE:
            raise InvalidInputError(
                f'The name "{execution.name}" is that of an earlier run, of '
                f"{found.modified:%Y-%m-%d}, whose results are in {folder.uri}.",
                advice="Start the run under another name.",
            )

"""Start the run of a schedule that has come due, once for each time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dateutil import tz

from autogluon_contracts.documents.scheduled_run import LOCATIONS, ScheduledRun
from autogluon_contracts.names import scheduled_run
from autogluon_contracts.scheduled_locations import filled
from autogluon_lambdas.ports import Executions

# Scheduler's guide, "Adding context attributes".
_AS_SCHEDULER_WRITES = "%Y-%m-%dT%H:%M:%SZ"


def start_scheduled(
    event: Mapping[str, Any], *, data_bucket: str, executions: Executions
) -> str | None:
    """Return the name of the run that this call started; None where it had been started before.

    Scheduler delivers at least once. The run's name comes from the planned time, so that a second
    delivery, however late, starts nothing.

    Args:
        event: a `ScheduledRun` as JSON.
        data_bucket: the name of the environment's bucket for data.
        executions: where runs are started.

    Raises DocumentError for another event.
    """
    due = ScheduledRun.from_json(event)
    name = scheduled_run(due.predictor, due.schedule, due.scheduled_time)
    arguments = {"predictor": due.predictor, **due.input, **_locations(due, data_bucket)}
    return name if executions.start(due.state_machine_arn, name, arguments) else None


def _locations(due: ScheduledRun, data_bucket: str) -> dict[str, str]:
    planned = datetime.strptime(due.scheduled_time, _AS_SCHEDULER_WRITES).replace(tzinfo=UTC)
    # dateutil, which boto3 brings, carries the zones: Lambda's image need not have them.
    meant = planned.astimezone(tz.gettz(due.timezone)) - timedelta(days=due.days_back)
    return {
        key: filled(due.input[key], meant, data_bucket) for key in LOCATIONS if key in due.input
    }

"""Start the run of a schedule that has come due, once for each time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dateutil import tz

from autogluon_contracts.documents.scheduled_run import LOCATIONS, ScheduledRun
from autogluon_contracts.jobs.scheduled_locations import filled
from autogluon_contracts.names import NO_MODEL, scheduled_run
from autogluon_lambdas.ports import Executions, ModelRegistry, PredictorStore

# Scheduler's guide, "Adding context attributes".
_AS_SCHEDULER_WRITES = "%Y-%m-%dT%H:%M:%SZ"


def start_scheduled(
    event: Mapping[str, Any],
    *,
    data_bucket: str,
    executions: Executions,
    predictors: PredictorStore,
    registry: ModelRegistry,
) -> str | None:
    """Return the name of the run that this call started; None where there was none to start.

    That is where it had been started before, where an endpoint's end has not come, and where hours
    would put an endpoint into service after its end.

    Scheduler delivers at least once. The run's name comes from the planned time, so that a second
    delivery, however late, starts nothing.

    Args:
        event: a `ScheduledRun` as JSON.
        data_bucket: the name of the environment's bucket for data.
        executions: where runs are started.
        predictors: where live models are found, of endpoints that end.
        registry: where it is found since when.

    Raises DocumentError for another event.
    """
    due = ScheduledRun.from_json(event)
    if _is_over(due) or _waits_for_an_end(due, predictors, registry):
        return None
    name = scheduled_run(due.predictor, due.schedule, due.scheduled_time)
    arguments = {"predictor": due.predictor, **due.input, **_locations(due, data_bucket)}
    return name if executions.start(due.state_machine_arn, name, arguments) else None


def _is_over(due: ScheduledRun) -> bool:
    return due.until is not None and _planned(due) >= datetime.fromisoformat(due.until)


def _waits_for_an_end(
    due: ScheduledRun, predictors: PredictorStore, registry: ModelRegistry
) -> bool:
    """Return whether this is to end an endpoint that is off, or whose end is still to come."""
    at, after_hours = due.ends_at, due.ends_after_hours
    if at is None and after_hours is None:
        return False
    live, planned = predictors.live_model(due.predictor), _planned(due)
    if live == NO_MODEL:
        return True
    if at is not None and planned < datetime.fromisoformat(at):
        return True
    if after_hours is None:
        return False
    package = registry.describe(live)
    recorded = None if package is None else package.metadata.live_since
    # What a version has recorded may be of an earlier promotion, until the present one is complete.
    since = predictors.live_model_written(due.predictor)
    if recorded is not None:
        since = max(since, datetime.fromisoformat(recorded))
    return planned < since + timedelta(hours=after_hours)


def _planned(due: ScheduledRun) -> datetime:
    return datetime.strptime(due.scheduled_time, _AS_SCHEDULER_WRITES).replace(tzinfo=UTC)


def _locations(due: ScheduledRun, data_bucket: str) -> dict[str, str]:
    planned = _planned(due)
    # dateutil, which boto3 brings, carries the zones: Lambda's image need not have them.
    meant = planned.astimezone(tz.gettz(due.timezone)) - timedelta(days=due.days_back)
    return {
        key: filled(due.input[key], meant, data_bucket) for key in LOCATIONS if key in due.input
    }

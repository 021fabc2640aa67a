"""Define which CloudWatch alarms an environment has; each exists where it has a threshold."""

from pydantic import Field

from autogluon_constructs.settings.section import Section

UNDOING = ("server_errors", "latency_ms", "overhead_ms")
"""The alarms of an endpoint that undo its updates, where `rollback_alarms` is true.

Rejected requests do not: callers cause them.
"""


class EndpointAlarms(Section):
    """Alarms of an endpoint, each on five minutes of its requests."""

    server_errors: int | None = Field(default=None, ge=1)
    """The number of answers with a status of 500 or more, overload (503) among them."""
    rejected_requests: int | None = Field(default=None, ge=1)
    """The number of answers with a status from 400 to 499, such as invalid rows."""
    latency_ms: int | None = Field(default=None, ge=1, le=60_000)
    """The milliseconds within which 99 of 100 requests are to be answered by the container."""
    overhead_ms: int | None = Field(default=None, ge=1, le=60_000)
    """The same for what SageMaker adds, which grows where requests wait for an instance."""
    concurrency_percent: int | None = Field(default=None, ge=1, le=100)
    """How much of a serverless endpoint's `max_concurrency` may be in use; 100 throttles."""
    model_setup_ms: int | None = Field(default=None, ge=1, le=180_000)
    """The milliseconds within which 99 of 100 cold starts of a serverless endpoint are to end."""
    oldest_request_seconds: int | None = Field(default=None, ge=1)
    """How long a request of an asynchronous endpoint may be without an answer."""

    @property
    def undo_updates(self) -> bool:
        """Return whether there is one that can undo an update."""
        return any(getattr(self, name) is not None for name in UNDOING)


class Alarms(Section):
    """CloudWatch alarms, which notify the failure topic."""

    failed_runs: int | None = Field(default=None, ge=1)
    """The number of executions that fail or time out within an hour."""
    endpoints: EndpointAlarms = Field(default_factory=EndpointAlarms)
    """What every endpoint has that has no `alarms` of its own."""

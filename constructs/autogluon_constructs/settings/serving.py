"""How a predictor's model server shares its machine among concurrent requests."""

from typing import Self

from pydantic import Field, model_validator

from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import Section


class Serving(Section):
    """Numbers of the model server; those left out are computed from the instance type.

    `threads` and `max_queued_requests` are per worker. `max_queued_requests` counts requests that
    are read or wait while others are predicted; beyond it the server answers 503.
    """

    workers: int | None = Field(default=None, ge=1, le=64)
    threads: int | None = Field(default=None, ge=2, le=1024)
    preload: bool | None = None
    max_batch_rows: int = Field(default=64, ge=1, le=100_000)
    max_wait_ms: float = Field(default=2.0, ge=0, le=1000, allow_inf_nan=False)
    max_queued_requests: int | None = Field(default=None, ge=1, le=1000)
    request_timeout_seconds: int = Field(default=60, ge=1, le=60)  # 60: InvokeEndpoint's own limit

    @model_validator(mode="after")
    def _limit_can_be_reached(self) -> Self:
        threads, queued = self.threads, self.max_queued_requests
        if threads is not None and queued is not None and queued >= threads:
            raise refuse(
                f"max_queued_requests {queued} with threads {threads}: that many requests never "
                f"wait at once; allowed: at most {threads - 1}, or more threads"
            )
        return self

"""How a predictor answers: which of its models, and how the server shares its machine."""

from typing import Literal, Self

from pydantic import Field, model_validator

from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import Section
from autogluon_lambdas.models.serving_goal import DEFAULT_MAX_SCORE_LOSS


class Serving(Section):
    """What training keeps, and numbers of the model server.

    Numbers that are left out are computed from the instance type.

    `threads` and `max_queued_requests` are per worker. `max_queued_requests` counts requests that
    are read or wait while others are predicted; beyond it the server answers 503.
    """

    optimize_for: Literal["accuracy", "latency"] = "accuracy"
    """What training keeps: the model with the best score, or the fastest that is nearly as good."""
    max_score_loss: float = Field(default=DEFAULT_MAX_SCORE_LOSS, ge=0, le=0.5, allow_inf_nan=False)
    """The share of the best validation score that `latency` may give up."""
    workers: int | None = Field(default=None, ge=1, le=64)
    """Processes of the server; by default one per vCPU and 2 GiB, one on a GPU."""
    threads: int | None = Field(default=None, ge=2, le=1024)
    """Requests that each worker can hold; by default `max_queued_requests` + 16."""
    preload: bool | None = None
    """Whether workers share one loaded model; by default not on a GPU."""
    max_batch_rows: int = Field(default=64, ge=1, le=100_000)
    """Rows of concurrent requests that are predicted together."""
    max_wait_ms: float = Field(default=2.0, ge=0, le=1000, allow_inf_nan=False)
    """How long rows wait for requests that are still being read."""
    max_queued_requests: int | None = Field(default=None, ge=1, le=1000)
    """Requests that may wait in each worker, by default 128; the next is answered 503."""
    request_timeout_seconds: int = Field(default=60, ge=1, le=60)  # 60: InvokeEndpoint's own limit
    """A request that waited longer is not predicted any more."""

    @model_validator(mode="after")
    def _loss_buys_something(self) -> Self:
        if "max_score_loss" in self.model_fields_set and self.optimize_for == "accuracy":
            raise refuse(
                f"max_score_loss {self.max_score_loss:g} with optimize_for 'accuracy', which gives "
                "up nothing; leave it out, or set optimize_for 'latency'"
            )
        return self

    @model_validator(mode="after")
    def _limit_can_be_reached(self) -> Self:
        threads, queued = self.threads, self.max_queued_requests
        if threads is not None and queued is not None and queued >= threads:
            raise refuse(
                f"max_queued_requests {queued} with threads {threads}: that many requests never "
                f"wait at once; allowed: at most {threads - 1}, or more threads"
            )
        return self

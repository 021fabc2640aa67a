"""Define the settings of serving: the models to keep and the numbers of the model server."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from autogluon_constructs.settings.fields import as_tuple, contract_field, refuse
from autogluon_constructs.settings.readable_locations import ReadableFolder
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.defaults import Joining, ServingEngine
from autogluon_contracts.document import field_named
from autogluon_contracts.documents.predictor_spec import OptimizeFor, ServerSpec, ServingSpec

MOST_THREADS: int = field_named(ServerSpec, "threads").metadata["maximum"]
"""Of one worker."""


class Serving(Section):
    """What training keeps, and numbers of the model server.

    Numbers that are left out are computed from the instance type.

    `threads` and `max_queued_requests` are per worker. `max_queued_requests` counts requests that
    are read or wait while others are predicted; beyond it the server answers 503.
    """

    optimize_for: OptimizeFor = contract_field(ServingSpec, "optimize_for")
    max_score_loss: Annotated[float, Field(allow_inf_nan=False)] = contract_field(
        ServingSpec, "max_score_loss"
    )
    engine: ServingEngine = contract_field(ServingSpec, "engine")
    workers: int | None = Field(default=None, ge=1, le=64)
    """Processes of the server; by default one per vCPU and 2 GiB, one on a GPU."""
    threads: int | None = Field(default=None, ge=3, le=MOST_THREADS)
    """Requests that each worker can hold; by default those that wait, those that are predicted
    (`max_batch_rows`), and 16."""
    preload: bool | None = None
    """Whether workers share one loaded model; by default not on a GPU."""
    max_batch_rows: int = contract_field(ServerSpec, "max_batch_rows")
    max_wait_ms: Annotated[float, Field(allow_inf_nan=False)] = contract_field(
        ServerSpec, "max_wait_ms"
    )
    joining: Joining = contract_field(ServerSpec, "joining")
    max_queued_requests: int | None = Field(default=None, ge=1, le=1000)
    """Requests that may wait in each worker, by default 128; the next is answered 503."""
    request_timeout_seconds: int = contract_field(ServingSpec, "request_timeout_seconds")
    image_locations: Annotated[tuple[ReadableFolder, ...], BeforeValidator(as_tuple)] = ()
    """Multimodal predictors: folders below which images are that requests name by their `s3://`
    addresses, such as `s3://{data_bucket}/photos/`, where `{data_bucket}` is the environment's own
    bucket for data; or in a bucket that `data_access` names. A model keeps those of its
    registration."""

    @rule
    def _loss_buys_something(self) -> Self:
        if "max_score_loss" in self.model_fields_set and self.optimize_for == "accuracy":
            raise refuse(
                f"max_score_loss {self.max_score_loss:g} with optimize_for 'accuracy', which gives "
                "up nothing; leave it out, or set optimize_for 'latency'"
            )
        return self

    def predicted_beside(self, queued: int) -> int:
        """Return how many one-row requests may be predicted while `queued` others wait."""
        return min(self.max_batch_rows, queued)

    @rule
    def _limit_can_be_reached(self) -> Self:
        queued = self.max_queued_requests
        if queued is None:
            return self
        threads = MOST_THREADS if self.threads is None else self.threads
        needed = queued + self.predicted_beside(queued) + 1
        if needed > threads:
            beside = f"{queued} that wait, {self.predicted_beside(queued)} that are predicted, one"
            raise refuse(
                f"max_queued_requests {queued} needs {needed} threads ({beside} that is refused); "
                f"there are {'at most ' if self.threads is None else ''}{threads}, so that many "
                "requests would never wait at once; allowed: fewer, a smaller max_batch_rows"
                + ("" if self.threads is None else f", or threads up to {MOST_THREADS}")
            )
        return self

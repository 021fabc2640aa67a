"""Send requests to serverless endpoints: InvokeEndpoint, with less room for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from autogluon_client.endpoint.payloads import MOST_ROWS
from autogluon_client.endpoint.real_time import RealTime
from autogluon_client.endpoint.transport import Limits


@dataclass(frozen=True)
class Serverless(RealTime):
    """A way to an endpoint without instances, whose first answer after a pause comes late."""

    # SageMaker's limit is 4 MB for a request and for its answer.
    limits: ClassVar[Limits] = Limits(
        request_bytes=3_500_000, answer_bytes=3_500_000, rows=MOST_ROWS, first_rows=5_000
    )

"""Send requests to inference components: InvokeEndpoint of the endpoint that they share."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from autogluon_client.endpoint.real_time import RealTime
from autogluon_client.endpoint.transport import Reply, Request
from autogluon_client.errors import EndpointOffError
from autogluon_contracts.names import component_log_group

# SageMaker's words, which no documentation promises; without them the error is told as it is.
_NO_COPY = "has no capacity to process this request"
# About a quarter of an hour in all: an instance starts, then the model is loaded. A user of AWS
# measured 9 minutes from the first request to the first answer.
_PAUSES_SECONDS = (5, 10, 15, *[30] * 30)


@dataclass(frozen=True)
class Component(RealTime):
    """A way to a component, whose name is `endpoint`; it may have scaled to no copy.

    Args:
        shared_endpoint: the endpoint that hosts it.
    """

    shared_endpoint: str = ""

    @property
    def log_group(self) -> str:
        return component_log_group(self.endpoint)

    @property
    def target(self) -> dict[str, str]:
        return {"EndpointName": self.shared_endpoint, "InferenceComponentName": self.endpoint}

    def send(self, request: Request) -> Reply:
        """Return the answer; errors are those of `Transport`.

        The first request without a copy has SageMaker start one, if the component scales; it is
        sent again until that answers, for about a quarter of an hour.
        """
        for number, pause in enumerate(_PAUSES_SECONDS):
            try:
                return super().send(request)
            except EndpointOffError as error:
                if _NO_COPY not in str(error):
                    raise
            if number == 0:
                self.say(
                    f"{self.endpoint} has no copy and starts one for this request, which usually "
                    "takes 5 to 10 minutes on AWS."
                )
            time.sleep(pause * random.uniform(0.8, 1))  # noqa: S311 - callers take turns
        raise EndpointOffError(
            f"{self.endpoint} had no copy to answer with for about a quarter of an hour.",
            advice="See whether it may scale (endpoint.autoscaling in the settings), and whether "
            f"the endpoint {self.shared_endpoint} has room for it.",
        )

"""Requests are shared among variants by weight, or go to the one that is named."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.sagemaker.container.answer import Answer
from embedded_aws.sagemaker.hosting.deployment import Deployment
from embedded_aws.sagemaker.hosting.endpoint import ENDPOINT, Endpoint
from embedded_aws.sagemaker.hosting.in_flight import InFlight
from embedded_aws.sagemaker.hosting.invocations import Invocations
from embedded_aws.sagemaker.hosting.variant import TakenInstance
from embedded_aws.sagemaker.hosting.variant_metrics import VariantMetrics
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

CALLS = 1000


class Variant:
    """A variant whose one instance answers with the variant's name."""

    largest_payload_bytes = 6 << 20
    model = None

    def __init__(self, name: str, weight: float, status: int = 200) -> None:
        self.name, self.weight, self.instances, self.status = name, weight, (self,), status
        self.in_flight_requests = InFlight()
        self.asked = 0

    @property
    def in_flight(self) -> int:
        return self.in_flight_requests.count

    def take(self) -> TakenInstance:
        self.in_flight_requests.begin()
        server = SimpleNamespace(invoke=self._answer)
        instance = SimpleNamespace(server=server, in_flight=self.in_flight_requests)
        return TakenInstance(cast(Any, self), cast(Any, instance))

    def _answer(self, *_: Any) -> Answer:
        self.asked += 1
        return Answer(self.status, "text/csv", self.name.encode(), None)


def invoke(
    service: SageMaker, call: ApiCall, invocations: Invocations, **members: Any
) -> dict[str, Any]:
    call.params = {"EndpointName": "e", "Body": b"1", **members}
    answer = invocations.operations()["InvokeEndpoint"](call)
    return cast("dict[str, Any]", answer)


@pytest.fixture
def served(aws: EmbeddedAws) -> Any:
    """Return a function that serves variants and returns a function that invokes them."""

    def serve(*variants: Variant, shadow: Variant | None = None) -> Any:
        service = SageMaker(aws.runtime)
        endpoint = Endpoint("e", "arn:e", {})
        shadows = {} if shadow is None else {shadow.name: cast(Any, shadow)}
        endpoint.deployment = Deployment(
            "c", None, {each.name: cast(Any, each) for each in variants}, shadows
        )
        service.region("us-east-1").table(ENDPOINT)["e"] = endpoint
        invocations = Invocations(service, VariantMetrics(service), random.Random(15))

        def ask(**members: Any) -> dict[str, Any]:
            call = SimpleNamespace(region="us-east-1", account_id="123456789012", params={})
            return invoke(service, cast(Any, call), invocations, **members)

        return ask

    return serve


@pytest.mark.parametrize(
    "weights",
    [{"a": 0.9, "b": 0.1}, {"a": 1.0, "b": 1.0}, {"a": 3.0, "b": 1.0, "c": 1.0}, {"a": 1, "b": 0}],
)
def test_a_thousand_requests_are_shared_by_weight(served: Any, weights: dict[str, float]) -> None:
    ask = served(*(Variant(name, weight) for name, weight in weights.items()))

    answers = [ask() for _ in range(CALLS)]

    assert all(answer["Body"].decode() == answer["InvokedProductionVariant"] for answer in answers)
    counted = Counter(answer["InvokedProductionVariant"] for answer in answers)
    for name, weight in weights.items():
        share = weight / sum(weights.values())
        # Five standard deviations of a binomial count.
        tolerance = 5 * (share * (1 - share) / CALLS) ** 0.5
        assert counted[name] / CALLS == pytest.approx(share, abs=tolerance)


def test_a_target_variant_answers_whatever_its_weight(served: Any) -> None:
    ask = served(Variant("a", 1), Variant("b", 0))

    assert {ask(TargetVariant="b")["InvokedProductionVariant"] for _ in range(20)} == {"b"}
    with pytest.raises(ApiError, match="Variant c not found for Request"):
        ask(TargetVariant="c")


def test_a_shadow_gets_each_request_and_its_answer_is_not_returned(served: Any) -> None:
    shadow = Variant("shadow", 1, status=500)
    ask = served(Variant("a", 1), shadow=shadow)

    assert {ask()["Body"] for _ in range(20)} == {b"a"}
    until(lambda: shadow.asked == 20, 10, "every request was copied")
    until(lambda: shadow.in_flight == 0, 10, "every copy is answered")
    with pytest.raises(ApiError, match="Variant shadow not found for Request"):
        ask(TargetVariant="shadow")

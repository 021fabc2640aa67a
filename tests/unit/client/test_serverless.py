"""A serverless endpoint is asked by the same calls: smaller requests, and patience."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

from autogluon_client import TabularCloudPredictor, TabularEndpoint
from autogluon_client.endpoint import real_time
from autogluon_client.errors import EndpointOffError, EndpointRequestError, NotSupportedError
from tests.fakes.account import FakeAws
from tests.fakes.refusals import Exceptions, refused
from tests.fakes.sandbox import ENDPOINT, ENVIRONMENT

_MOST_BYTES = 4 << 20


@dataclass
class ServerlessRuntime:
    """It takes 4 MB, and throttles the first requests."""

    throttles: int = 0
    code: str = "ThrottlingException"
    sizes: list[int] = field(default_factory=list)
    exceptions: Exceptions = field(default_factory=lambda: Exceptions("ModelError"))

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        if self.throttles:
            self.throttles -= 1
            raise refused(self.code, operation="InvokeEndpoint")
        body: bytes = request["Body"]
        self.sizes.append(len(body))
        if len(body) > _MOST_BYTES:
            raise refused("ValidationError", operation="InvokeEndpoint")
        lines = [json.dumps({"class": f"c{json.loads(row)['n']}"}) for row in body.splitlines()]
        return {"Body": _Stream("\n".join(lines).encode())}


@dataclass
class _Stream:
    content: bytes

    def read(self) -> bytes:
        return self.content


@pytest.fixture
def runtime() -> ServerlessRuntime:
    return ServerlessRuntime()


@pytest.fixture
def session(runtime: ServerlessRuntime) -> FakeAws:
    found = FakeAws()
    found.sagemaker.add_endpoint()
    config = {"MemorySizeInMB": 4096, "MaxConcurrency": 5}
    found.sagemaker.endpoints[ENDPOINT]["ProductionVariants"] = [
        {"VariantName": "AllTraffic", "CurrentServerlessConfig": config}
    ]
    found.runtime = runtime  # type: ignore[assignment]
    return found


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(real_time.time, "sleep", found.append)
    return found


def endpoint(session: FakeAws, said: list[str] | None = None) -> Any:
    waiting = None if said is None else said.append
    return TabularEndpoint(ENDPOINT, session, environment=ENVIRONMENT, on_waiting=waiting)


def test_data_that_a_real_time_endpoint_takes_at_once_is_cut_smaller(
    session: FakeAws, runtime: ServerlessRuntime
) -> None:
    rows = pd.DataFrame({"n": range(6), "text": "x" * 1_100_000})

    answers = endpoint(session).predict(rows)

    assert list(answers) == [f"c{number}" for number in range(6)]
    assert runtime.sizes[0] > _MOST_BYTES  # that tells its mode
    assert max(runtime.sizes[1:]) < _MOST_BYTES


def test_an_endpoint_that_is_off_stays_off(session: FakeAws) -> None:
    del session.sagemaker.endpoints[ENDPOINT]
    session.runtime.code, session.runtime.throttles = "ValidationError", 9  # type: ignore[attr-defined]
    with pytest.raises(EndpointOffError):
        endpoint(session).predict(pd.DataFrame({"n": [1]}))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ThrottlingException", "sent again until there is room"),
        ("ModelNotReadyException", "(a cold start), which takes at most three minutes"),
    ],
)
def test_a_throttled_request_is_sent_again_and_says_so(
    session: FakeAws, runtime: ServerlessRuntime, pauses: list[float], code: str, told: str
) -> None:
    runtime.throttles, runtime.code = 3, code
    said: list[str] = []

    answers = endpoint(session, said).predict(pd.DataFrame({"n": [7]}))

    assert list(answers) == ["c7"]
    assert len(pauses) == 3
    [sentence] = said
    assert told in sentence


def test_patience_ends_with_a_sentence(
    session: FakeAws, runtime: ServerlessRuntime, pauses: list[float]
) -> None:
    runtime.throttles = 99
    with pytest.raises(EndpointRequestError) as caught:
        endpoint(session).predict(pd.DataFrame({"n": [7]}))
    assert "no room for the request" in str(caught.value)
    assert "endpoint.max_concurrency" in caught.value.advice
    assert sum(pauses) > 60


def test_a_cold_start_is_awaited_for_longer_and_blames_no_concurrency(
    session: FakeAws, runtime: ServerlessRuntime, pauses: list[float]
) -> None:
    runtime.throttles, runtime.code = 99, "ModelNotReadyException"
    with pytest.raises(EndpointRequestError) as caught:
        endpoint(session).predict(pd.DataFrame({"n": [7]}))
    assert "had no container that was ready" in str(caught.value)
    assert "max_concurrency" not in caught.value.advice
    assert "endpoint.provisioned_concurrency" in caught.value.advice
    assert sum(pauses) > 180, "longer than a container may take"


def test_deploy_takes_the_mode_that_the_yaml_has(session: FakeAws) -> None:
    predictor = TabularCloudPredictor(session=session, environment=ENVIRONMENT, predictor="income")
    with pytest.raises(NotSupportedError, match=r"inference_mode='serverless'.* is real-time"):
        predictor.deploy(inference_mode="serverless")

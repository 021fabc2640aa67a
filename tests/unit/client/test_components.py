"""A component is asked by the same calls: the endpoint that it shares, and patience."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

from autogluon_client import TabularEndpoint
from autogluon_client.endpoint import component
from autogluon_client.errors import EndpointOffError
from tests.fakes.account import FakeAws
from tests.fakes.refusals import Exceptions, refused
from tests.fakes.sandbox import ENDPOINT, ENVIRONMENT

SHARED = f"autogluon-{ENVIRONMENT}-small"
_NO_COPY = "Inference Component has no capacity to process this request."


@dataclass
class ComponentRuntime:
    """It answers for the component, once it has a copy."""

    refusals: int = 0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    exceptions: Exceptions = field(default_factory=lambda: Exceptions("ModelError"))

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        name, own = request["EndpointName"], request.get("InferenceComponentName")
        self.asked.append((name, own))
        if name != SHARED or own != ENDPOINT:
            raise refused("ValidationError", f"Endpoint {name} not found.")
        if self.refusals:
            self.refusals -= 1
            raise refused("ValidationError", _NO_COPY)
        lines = [json.dumps({"class": "a"}) for _ in request["Body"].splitlines()]
        return {"Body": _Stream("\n".join(lines).encode())}


@dataclass
class _Stream:
    content: bytes

    def read(self) -> bytes:
        return self.content


@pytest.fixture
def session() -> FakeAws:
    found = FakeAws()
    found.sagemaker.add_component(on=SHARED)
    found.runtime = ComponentRuntime()  # type: ignore[assignment]
    return found


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(component.time, "sleep", found.append)
    return found


def endpoint(session: FakeAws, **options: Any) -> TabularEndpoint:
    return TabularEndpoint(ENDPOINT, session, environment=ENVIRONMENT, **options)


def test_the_components_name_is_enough(session: FakeAws) -> None:
    handle = endpoint(session)
    assert handle.status() == "InService"
    assert len(handle.predict(pd.DataFrame({"n": [1, 2]}))) == 2
    handle.predict(pd.DataFrame({"n": [1]}))
    assert session.runtime.asked == [(ENDPOINT, None), *[(SHARED, ENDPOINT)] * 2]


def test_a_component_without_a_copy_is_asked_again_and_says_so(
    session: FakeAws, pauses: list[float]
) -> None:
    session.runtime.refusals = 3
    told: list[str] = []
    handle = endpoint(session, on_waiting=told.append)
    assert len(handle.predict(pd.DataFrame({"n": [1]}))) == 1
    assert len(pauses) == 3
    assert told == [
        f"{ENDPOINT} has no copy and starts one for this request, which usually takes 5 to 10 "
        "minutes on AWS."
    ]


def test_patience_ends_with_a_sentence(session: FakeAws, pauses: list[float]) -> None:
    session.runtime.refusals = 1000
    with pytest.raises(EndpointOffError, match="no copy to answer with") as caught:
        endpoint(session).predict(pd.DataFrame({"n": [1]}))
    assert "endpoint.autoscaling" in str(caught.value)
    assert sum(pauses) < 1000


def test_another_refusal_is_told_at_once(session: FakeAws, pauses: list[float]) -> None:
    session.sagemaker.components[ENDPOINT]["EndpointName"] = "another"
    with pytest.raises(EndpointOffError, match="Endpoint another not found"):
        endpoint(session).predict(pd.DataFrame({"n": [1]}))
    assert not pauses

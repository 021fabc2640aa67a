"""An asynchronous endpoint is asked by the same calls, and its answers are found in S3."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from botocore.exceptions import ConnectTimeoutError

from autogluon_client import TabularEndpoint
from autogluon_client.endpoint import asynchronous
from autogluon_client.errors import EndpointOffError, EndpointRequestError, InvalidArgumentError
from tests.fakes.account import FakeAws
from tests.fakes.refusals import Exceptions, refused
from tests.fakes.sandbox import ARTIFACT_BUCKET, DATA_BUCKET, ENDPOINT, ENVIRONMENT

FOLDER = f"s3://{ARTIFACT_BUCKET}/income/asynchronous"


@dataclass
class AsyncRuntime:
    """A queue whose requests are answered, refused or forgotten at once."""

    aws: FakeAws
    sentence: str | None = None
    forgets: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    exceptions: Exceptions = field(default_factory=lambda: Exceptions("ModelError"))

    def invoke_endpoint(self, **_: Any) -> None:
        raise refused("ValidationError", operation="InvokeEndpoint")

    def invoke_endpoint_async(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        number = len(self.asked)
        accepted: dict[str, Any] = {
            "InferenceId": f"id-{number}",
            "OutputLocation": f"{FOLDER}/answers/{number}.out",
            "FailureLocation": f"{FOLDER}/failures/{number}-error.out",
            "ResponseMetadata": {"HTTPHeaders": {"date": "Sun, 29 Nov 2026 17:00:00 GMT"}},
        }
        rows = self.aws.s3.objects[request["InputLocation"]].splitlines()
        if self.sentence is not None:
            self.aws.s3.objects[accepted["FailureLocation"]] = self.sentence.encode()
        elif not self.forgets:
            lines = [json.dumps({"class": f"c{json.loads(row)['n']}"}) for row in rows]
            self.aws.s3.objects[accepted["OutputLocation"]] = "\n".join(lines).encode()
        return accepted


@pytest.fixture
def session() -> FakeAws:
    found = FakeAws()
    found.sagemaker.add_endpoint()
    found.sagemaker.endpoints[ENDPOINT]["AsyncInferenceConfig"] = {}
    found.runtime = AsyncRuntime(found)  # type: ignore[assignment]
    return found


@pytest.fixture
def queue(session: FakeAws) -> AsyncRuntime:
    found: AsyncRuntime = session.client("sagemaker-runtime")
    return found


def endpoint(session: FakeAws, name: str = ENDPOINT, said: list[str] | None = None) -> Any:
    told = [] if said is None else said
    return TabularEndpoint(name, session, environment=ENVIRONMENT, on_waiting=told.append)


def test_rows_are_stored_asked_for_and_answered_in_order(
    session: FakeAws, queue: AsyncRuntime
) -> None:
    found = endpoint(session)
    frame = pd.DataFrame({"n": [3, 1]}, index=["x", "y"])
    assert found.predict(frame).to_dict() == {"x": "c3", "y": "c1"}
    assert found.predict(frame).to_dict() == {"x": "c3", "y": "c1"}
    first, second = queue.asked
    assert first["InputLocation"] == second["InputLocation"]  # stored once
    assert first["InputLocation"].startswith(f"s3://{DATA_BUCKET}/income/uploads/")
    assert (first["RequestTTLSeconds"], first["InvocationTimeoutSeconds"]) == (3600, 3600)


def test_more_rows_than_a_real_time_request_takes_are_one_request(
    session: FakeAws, queue: AsyncRuntime
) -> None:
    labels = endpoint(session).predict(pd.DataFrame({"n": range(30_000)}))
    assert len(labels) == 30_000
    assert len(queue.asked) == 1


def test_an_endpoint_without_instances_says_what_the_caller_waits_for(session: FakeAws) -> None:
    session.sagemaker.endpoints[ENDPOINT]["ProductionVariants"] = [{"CurrentInstanceCount": 0}]
    said: list[str] = []
    endpoint(session, said=said).predict(pd.DataFrame({"n": [1]}))
    assert said == [
        f"Endpoint {ENDPOINT} has no instance and starts one for this request, which usually takes "
        "5 to 10 minutes on AWS."
    ]


def test_the_containers_sentence_is_the_errors(session: FakeAws, queue: AsyncRuntime) -> None:
    queue.sentence = json.dumps({"detail": 'Column "n" is missing.', "code": "missing_column"})
    with pytest.raises(EndpointRequestError, match='refused the request: Column "n" is') as caught:
        endpoint(session).predict(pd.DataFrame({"n": [1]}))
    assert caught.value.facts == {"code": "missing_column"}
    assert caught.value.advice == ""


def test_a_request_without_an_answer_ends_with_what_to_look_at(
    session: FakeAws, queue: AsyncRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.forgets = True
    monkeypatch.setattr(asynchronous, "_LONGEST_WAIT_SECONDS", 0)
    with pytest.raises(EndpointRequestError, match=r"did not answer within 0 seconds .*id-1"):
        endpoint(session).predict(pd.DataFrame({"n": [1]}))


@dataclass
class Queue:
    """CloudWatch's answers about the length of the queue, one per look."""

    lengths: list[list[float] | Exception]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_metric_statistics(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        lengths = self.lengths.pop(0)
        if isinstance(lengths, Exception):
            raise lengths
        start = request["StartTime"]
        points = [
            {"Timestamp": start + timedelta(minutes=minute), "Maximum": length}
            for minute, length in enumerate(lengths)
        ]
        return {"Datapoints": points[::-1]}  # in no order


def test_a_request_that_has_left_the_queue_without_an_answer_is_an_error(
    session: FakeAws, queue: AsyncRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.forgets = True
    denied = refused("AccessDenied", operation="GetMetricStatistics")
    unreached = ConnectTimeoutError(endpoint_url="https://monitoring")
    lengths = Queue([denied, unreached, [0, 0], [0, 0, 1], [2, 0, 0], [1, 0, 0, 0]])
    known = session.client
    monkeypatch.setattr(
        session, "client", lambda name, **_: lengths if name == "cloudwatch" else known(name)
    )
    monkeypatch.setattr(asynchronous, "_LOOK_AT_QUEUE_SECONDS", 0)
    monkeypatch.setattr(asynchronous.time, "sleep", lambda _: None)

    with pytest.raises(EndpointRequestError, match="ended request id-1 without an answer"):
        endpoint(session).predict(pd.DataFrame({"n": [1]}))

    assert lengths.lengths == []
    minute_after = datetime(2026, 11, 29, 17, 1, tzinfo=UTC)
    assert {request["StartTime"] for request in lengths.asked} == {minute_after}, "by AWS's clock"
    assert all(
        minute_after - timedelta(minutes=1) < request["EndTime"] < minute_after
        for request in lengths.asked
    )
    assert all(
        request["Dimensions"] == [{"Name": "EndpointName", "Value": ENDPOINT}]
        for request in lengths.asked
    )


def test_an_endpoint_of_another_environment_has_no_bucket_for_requests(session: FakeAws) -> None:
    session.sagemaker.endpoints["foreign"] = session.sagemaker.endpoints[ENDPOINT]
    with pytest.raises(InvalidArgumentError, match="whose bucket would hold the request"):
        endpoint(session, "foreign").predict(pd.DataFrame({"n": [1]}))


def test_an_endpoint_that_is_off_is_told_as_before(session: FakeAws) -> None:
    with pytest.raises(EndpointOffError):
        endpoint(session, "none").predict(pd.DataFrame({"n": [1]}))

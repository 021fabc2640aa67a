"""The server of AutoGluon's images 1.1 to 1.5, really running, with SageMaker's own toolkit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from autogluon_contracts.answer_attributes import AnswerAttributes
from autogluon_contracts.documents.predictor_spec import ServingSpec
from autogluon_contracts.serving_environment import serving_environment
from benchmarks.container_server import ContainerServer
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.shop_data import csv_of, record
from tests.unit.containers.test_formats import AUTOGLUON, PARQUET, envelope, frame, parquet_of

ROWS = shop_data.rows(20, seed=21)
ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
RECORDS = [record(row) for row in ROWS]
BODIES = {
    "text/csv": csv_of(ROWS),
    "text/csv; charset=utf-8": csv_of(ROWS),
    "application/json": json.dumps(RECORDS),
    "application/jsonlines": "\n".join(map(json.dumps, RECORDS)),
    PARQUET: parquet_of(frame()),
    AUTOGLUON: envelope(frame()),
}


@pytest.fixture(scope="module")
def server(shop_job: JobFolder) -> Iterator[ContainerServer]:
    environment = serving_environment(ServingSpec(request_timeout_seconds=60, server=None))
    with ContainerServer(sys.executable, shop_job.model, environment, "torchserve") as running:
        yield running


def post(
    server: ContainerServer, body: str | bytes, content_type: str, **headers: str
) -> tuple[int, dict[str, str], str]:
    sent = {"Content-Type": content_type, "Accept": "application/json"} | headers
    data = body.encode() if isinstance(body, str) else body
    status, received, answer = server.request("POST", "/invocations", data, sent)
    return status, {name.lower(): value for name, value in received.items()}, answer.decode()


@pytest.mark.parametrize("content_type", BODIES)
def test_every_format_answers_as_on_the_newer_server(server, shop, content_type):
    status, headers, answer = post(server, BODIES[content_type], content_type)
    assert status == 200, answer
    assert json.loads(answer) == json.loads(
        shop.answer(csv_of(ROWS), "text/csv", "application/json")[0]
    )
    assert headers["content-type"] == "application/json"
    assert headers[ATTRIBUTES.lower()] == AnswerAttributes(shop.engine.name).text()


@pytest.mark.parametrize("content_type", BODIES)
def test_a_mistake_is_answered_400_with_its_sentence_and_no_traceback(server, content_type):
    body = BODIES[content_type]
    broken = body[:-7] + b"nonsense" if isinstance(body, bytes) else body.replace("joined", "x")
    if content_type == AUTOGLUON:
        broken = "{"
    status, headers, answer = post(server, broken, content_type)
    assert (status, headers["content-type"]) == (400, "application/json")
    assert json.loads(answer)["detail"]
    assert "Traceback" not in answer


def test_options_reach_the_model(server):
    rows = [RECORDS[0], RECORDS[1] | {"age": "many"}]
    status, _, answer = post(
        server, json.dumps(rows), "application/json", **{ATTRIBUTES: "on_error=row"}
    )
    assert status == 200, answer
    good, bad = json.loads(answer)
    assert "many" in json.dumps(bad)
    assert "many" not in json.dumps(good)


def test_a_request_of_the_size_that_batch_transform_sends_is_answered(server):
    rows = csv_of(shop_data.rows(2_000, seed=1))
    header, _, lines = rows.partition("\n")
    while len(lines) < 7_000_000:
        lines += lines
    status, _, answer = post(server, f"{header}\n{lines}", "text/csv", Accept="text/csv")
    assert status == 200, answer[:300]

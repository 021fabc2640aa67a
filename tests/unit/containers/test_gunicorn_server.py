"""The container's own server, really running, with the numbers that a model version carries."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from autogluon_contracts.documents.predictor_spec import ServerSpec, ServingSpec
from autogluon_contracts.serving_environment import serving_environment
from benchmarks.container_server import ContainerServer, exchange
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.shop_data import csv_of, record
from tests.waiting import until

ROWS = shop_data.rows(64, seed=64)
ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def environment(**changes: Any) -> dict[str, str]:
    numbers = {
        "workers": 2, "threads": 80, "preload": True, "max_batch_rows": 16, "max_wait_ms": 2.0,
        "max_queued_requests": 64,
    }  # fmt: skip
    return serving_environment(
        ServingSpec(request_timeout_seconds=60, server=ServerSpec(**{**numbers, **changes}))
    )


@pytest.fixture(scope="module")
def server(shop_job: JobFolder) -> Iterator[ContainerServer]:
    with ContainerServer(sys.executable, shop_job.model, environment()) as running:
        yield running


def post(server: ContainerServer, row: dict[str, Any], **headers: str) -> Any:
    status, _, body = server.request(
        "POST", "/invocations", json.dumps(record(row)).encode(), {**JSON, **headers}
    )
    assert status == 200, body
    return json.loads(body)


def test_gunicorn_takes_threads_workers_and_preloading_from_the_environment(
    server: ContainerServer,
) -> None:
    assert "Using worker: gthread" in server.log()
    # They boot one after the other.
    until(lambda: server.log().count("Booting worker") == 2, 10, "both workers boot")
    parent, *workers = server.pids()
    assert len(workers) == 2
    assert f"[{parent}] [INFO] Starting gunicorn 25" in server.log()


def test_sixty_four_clients_at_once_get_the_answers_of_each_row_alone(
    server: ContainerServer,
) -> None:
    alone = [post(server, row) for row in ROWS]
    together = threading.Barrier(64)

    def client(number: int) -> list[tuple[int, Any]]:
        connection = server.connect()
        together.wait(30)
        answers = []
        for turn in range(4):
            at = (number + 7 * turn) % 64
            body = json.dumps(record(ROWS[at])).encode()
            status, _, answer = exchange(connection, "POST", "/invocations", body, JSON)
            answers.append((at, json.loads(answer) if status == 200 else status))
        connection.close()
        return answers

    with ThreadPoolExecutor(64) as pool:
        for answers in pool.map(client, range(64)):
            assert answers == [(at, alone[at]) for at, _ in answers]


def test_a_bad_request_among_good_ones_fails_alone(server: ContainerServer) -> None:
    alone = post(server, ROWS[0])
    bad = {**record(ROWS[0]), "age": "old"}

    def send(number: int) -> tuple[int, Any]:
        body = json.dumps(bad if number % 4 == 0 else record(ROWS[0])).encode()
        status, _, answer = server.request("POST", "/invocations", body, JSON)
        return status, json.loads(answer)

    with ThreadPoolExecutor(32) as pool:
        for number, (status, answer) in enumerate(pool.map(send, range(32))):
            if number % 4:
                assert (status, answer) == (200, alone)
            else:
                assert status == 400
                assert 'Column "age", row 1: "old" is not a whole number' in answer.pop("detail")
                facts = {"code": "invalid_cell", "column": "age", "row": 1, "value": "old"}
                assert answer == facts


def test_large_and_small_requests_share_the_server(server: ContainerServer) -> None:
    alone = [post(server, row)[0] for row in ROWS[:8]]
    large = [ROWS[number % 8] for number in range(3000)]
    headers = {"Content-Type": "text/csv", "Accept": "application/json"}

    with ThreadPoolExecutor(9) as pool:
        whole = pool.submit(server.request, "POST", "/invocations", csv_of(large).encode(), headers)
        small = list(pool.map(lambda row: post(server, row)[0], ROWS[:8]))
        status, _, body = whole.result()
    assert (status, small) == (200, alone)
    assert json.loads(body) == [alone[number % 8] for number in range(3000)]


def test_what_the_caller_asks_for_arrives(server: ContainerServer) -> None:
    answer = post(server, ROWS[0], **{ATTRIBUTES: "output=probabilities"})
    assert list(answer[0]) == ["no_proba", "yes_proba"]
    status, _, body = server.request(
        "POST", "/invocations", b"[]", {**JSON, ATTRIBUTES: "outputs=labels"}
    )
    assert status == 400
    assert 'unknown option "outputs" (did you mean "output"?)' in json.loads(body)["detail"]


def test_beyond_the_queue_callers_are_told_at_once_to_come_back(shop_job: JobFolder) -> None:
    tight = environment(workers=1, threads=40, max_queued_requests=2)
    slow = csv_of(shop_data.rows(500, seed=5) * 40).encode()
    csv = {"Content-Type": "text/csv", "Accept": "text/csv"}
    with ContainerServer(sys.executable, shop_job.model, tight) as server:
        alone = post(server, ROWS[0])
        with ThreadPoolExecutor(33) as pool:
            occupied = pool.submit(server.request, "POST", "/invocations", slow, csv)
            time.sleep(0.1)
            body = json.dumps(record(ROWS[0])).encode()
            answers = list(
                pool.map(lambda _: server.request("POST", "/invocations", body, JSON), range(32))
            )
            assert occupied.result()[0] == 200
        refused = [(headers, text) for status, headers, text in answers if status == 503]
        assert refused
        assert {status for status, _, _ in answers} == {200, 503}
        for headers, text in refused:
            assert int(headers["Retry-After"]) >= 1
            assert "2 requests are already waiting" in json.loads(text)["detail"]
        assert all(json.loads(text) == alone for status, _, text in answers if status == 200)
        assert post(server, ROWS[0]) == alone

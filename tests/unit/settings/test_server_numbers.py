"""The model server's numbers follow the instance type, unless the settings give them."""

from typing import Any

import pytest

from autogluon_constructs.catalogues.instances import InstanceType, instance_types
from autogluon_constructs.endpoint.server_numbers import server_numbers
from autogluon_constructs.settings import Serving
from autogluon_contracts.documents.predictor_spec import ServerSpec
from benchmarks.m5_large import M5_LARGE

HOSTING = [entry for entry in instance_types().values() if "hosting" in entry.uses]


def numbers(instance_type: str = "ml.m5.large", **given: Any) -> ServerSpec:
    return server_numbers(Serving(**given), instance_types()[instance_type])


@pytest.mark.parametrize("instance", HOSTING, ids=lambda entry: entry.name)
def test_defaults_fit_every_machine(instance: InstanceType) -> None:
    found = server_numbers(Serving(), instance)

    assert 1 <= found.workers <= instance.vcpus
    assert 2 * found.workers <= max(2, instance.memory_gib)
    assert found.max_queued_requests >= 64
    assert _most_at_once(found) < found.threads <= 1024
    assert found.preload == (instance.gpus == 0)


@pytest.mark.parametrize(
    ("instance_type", "workers"),
    [("ml.m5.large", 2), ("ml.m5.xlarge", 4), ("ml.m5.4xlarge", 16), ("ml.g5.12xlarge", 1)],
)
def test_workers_follow_the_cores_and_stay_alone_on_a_gpu(instance_type: str, workers: int) -> None:
    assert numbers(instance_type).workers == workers


def test_little_memory_means_fewer_workers() -> None:
    small = InstanceType("ml.x.y", 16, 4, 0, None, 0, frozenset({"hosting"}), 1.0)
    assert server_numbers(Serving(), small).workers == 2


def test_every_number_can_be_given() -> None:
    given = {
        "workers": 3, "threads": 16, "preload": False, "max_batch_rows": 7, "max_wait_ms": 0.5,
        "joining": "always", "max_queued_requests": 8,
    }  # fmt: skip
    assert numbers(**given) == ServerSpec(**given)


@pytest.mark.parametrize("rows", [1, 16, 100_000])
@pytest.mark.parametrize("threads", [3, 4, 16, 40, 1024])
def test_the_queue_follows_given_threads_so_that_its_limit_can_be_reached(
    threads: int, rows: int
) -> None:
    found = numbers(threads=threads, max_batch_rows=rows)
    assert found.threads == threads
    assert found.max_queued_requests >= 1
    assert _most_at_once(found) < threads


@pytest.mark.parametrize(("queued", "threads"), [(900, 980), (20, 56)])
def test_threads_follow_a_given_queue(queued: int, threads: int) -> None:
    assert numbers(max_queued_requests=queued).threads == threads


def _most_at_once(found: ServerSpec) -> int:
    """Requests of one row that wait or are predicted; one more thread has to be there to refuse."""
    waiting = found.max_queued_requests
    return waiting + min(found.max_batch_rows, waiting)


def test_benchmarks_serve_with_what_two_cores_get_by_default() -> None:
    assert numbers("ml.m5.large") == M5_LARGE

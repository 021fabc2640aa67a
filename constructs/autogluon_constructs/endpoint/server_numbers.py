"""Resolve the model server's numbers from the settings and the instance type."""

from autogluon_constructs.catalogues.instances import InstanceType
from autogluon_constructs.settings import Serving
from autogluon_contracts.document import default_of
from autogluon_contracts.documents.predictor_spec import ServerSpec

# What a worker needs beside the model, which preloaded workers share, with room for its requests.
_GIB_PER_WORKER = 2
# Far more than one prediction takes along, so that a burst is answered rather than refused.
_QUEUED_PER_WORKER: int = default_of(ServerSpec, "max_queued_requests")
# Threads beyond the requests that wait or are predicted: to write answers, and to refuse at once.
_SPARE_THREADS = 16


def server_numbers(serving: Serving, instance: InstanceType) -> ServerSpec:
    """Resolve `serving` for a server on `instance`.

    On a GPU there is one worker that loads for itself: CUDA does not survive a fork, and every
    worker would hold a model of its own in the GPU's memory.
    """
    return _numbers(serving, _workers(instance), preload=instance.gpus == 0)


def serverless_numbers(serving: Serving) -> ServerSpec:
    """Resolve `serving` for a serverless container, which is given one request at a time.

    It has one worker, as the SageMaker guide recommends ("Container support"): another one would
    take memory and answer nothing.
    """
    return _numbers(serving, 1, preload=False)


def component_numbers(serving: Serving, cpus: float) -> ServerSpec:
    """Resolve `serving` for a copy that has so many processors of an instance reserved."""
    return _numbers(serving, max(1, int(cpus)), preload=True)


def _numbers(serving: Serving, workers: int, *, preload: bool) -> ServerSpec:
    """Fill in what the settings of serving leave out."""
    queued = serving.max_queued_requests
    if queued is None:
        queued = _queued(serving)
    threads = serving.threads
    if threads is None:
        threads = queued + serving.predicted_beside(queued) + _SPARE_THREADS
    return ServerSpec(
        workers=workers if serving.workers is None else serving.workers,
        threads=threads,
        preload=preload if serving.preload is None else serving.preload,
        max_batch_rows=serving.max_batch_rows,
        max_wait_ms=serving.max_wait_ms,
        joining=serving.joining,
        max_queued_requests=queued,
    )


def _workers(instance: InstanceType) -> int:
    if instance.gpus:
        return 1
    # Small requests are bound by the interpreter, of which each worker has one.
    return max(1, min(instance.vcpus, instance.memory_gib // _GIB_PER_WORKER))


def _queued(serving: Serving) -> int:
    """Return as many as leave threads for the requests that are predicted meanwhile."""
    if serving.threads is None:
        return _QUEUED_PER_WORKER
    usable = serving.threads - min(_SPARE_THREADS, max(1, serving.threads // 2))
    return max(1, usable // 2, usable - serving.max_batch_rows)

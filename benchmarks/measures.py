"""The measurements: ours and the peer's server side by side, and the limit where there is one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from autogluon_contracts.documents.predictor_spec import ServingSpec
from autogluon_contracts.serving_environment import serving_environment
from benchmarks.artifact_size import artifact_bytes
from benchmarks.container_server import ContainerServer
from benchmarks.in_process import ServingScript
from benchmarks.limits import Limits
from benchmarks.load import Client, Post, requests_per_second
from benchmarks.m5_large import M5_LARGE
from benchmarks.memory import Peak
from benchmarks.models import Trained
from benchmarks.ratios import Finding, interleaved

CSV, JSON = "text/csv", "application/json"
ROUNDS = 3
BATCH_ROWS = (1, 10, 100, 1000)
CLIENTS = (1, 8, 64)
INPUT_ROWS = (1_000, 10_000, 50_000)  # 50,000 rows are 5.5 MB; a real-time request has up to 6
_LATENCY_SECONDS = 1.5
_THROUGHPUT_SECONDS = 2.5
_WARM_UP_REQUESTS = 5
_BARE_CALLS = 300
_BULK_SECONDS = 1.0
_COLD_ROUNDS = 3


class Bench:
    """One model under both servers; a context manager that ends them."""

    def __init__(self, python: str, trained: Trained) -> None:
        self._python = python
        self._trained = trained
        self._rows = trained.recipe.data.requests()
        self._most_rows = trained.recipe.data.most_rows()
        self._stack = ExitStack()

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def findings(self) -> Iterator[Finding]:
        """Everything, cheapest machine state first: cold starts before servers run."""
        yield self._artifact_bytes()
        if not self._trained.recipe.served:
            return
        yield from self._cold_start()
        ours = self._stack.enter_context(self._start_ours())
        peer = self._stack.enter_context(self._start_peer())
        trees = self._trained.recipe.bare_trees
        limits = Limits(self._trained.ours, self._rows, bare_trees=trees)
        yield self._finding(
            "memory/after start", "MB", [_pss(ours)], [_pss(peer)], higher_is_better=False
        )
        yield from self._latency(ours, peer, limits)
        yield self._without_server(limits)
        yield from self._throughput(ours, peer)
        yield from self._bulk(ours, peer, limits)
        yield self._fallback(peer)

    def _start_ours(self, model: Path | None = None) -> ContainerServer:
        environment = serving_environment(ServingSpec(server=M5_LARGE))
        return ContainerServer(self._python, model or self._trained.ours, environment)

    def _start_peer(self) -> ContainerServer:
        return ContainerServer(self._python, self._trained.peer, {})

    def _finding(
        self,
        name: str,
        unit: str,
        ours: list[float],
        peer: list[float],
        limit: list[float] | None = None,
        *,
        higher_is_better: bool,
    ) -> Finding:
        return Finding(f"{self._trained.name}/{name}", unit, higher_is_better, ours, peer, limit)

    def _post(self, rows: int, content_type: str = CSV, seed: int = 1) -> Post:
        sample = self._rows.sample(rows, replace=True, random_state=seed)
        if content_type == JSON:
            return Post.of(sample.to_json(orient="records").encode(), JSON, JSON)
        return Post.of(sample.to_csv(index=False).encode(), CSV, CSV)

    def _cold_start(self) -> Iterator[Finding]:
        one = self._post(1)

        def first_answer(of_ours: bool) -> float:
            started = time.perf_counter()
            with self._start_ours() if of_ours else self._start_peer() as server:
                Client(server.port).ask(one)
                return time.perf_counter() - started

        first_answer(True)  # so that neither side reads its files from the disk
        first_answer(False)
        values = interleaved(
            _COLD_ROUNDS, partial(first_answer, True), partial(first_answer, False)
        )
        yield self._finding("cold start", "s", *values, higher_is_better=False)

    def _artifact_bytes(self) -> Finding:
        sizes = [
            artifact_bytes(folder) / 1e6 for folder in (self._trained.ours, self._trained.peer)
        ]
        return self._finding("artifact", "MB", [sizes[0]], [sizes[1]], higher_is_better=False)

    def _latency(
        self, ours: ContainerServer, peer: ContainerServer, limits: Limits
    ) -> Iterator[Finding]:
        for rows in BATCH_ROWS:
            post = self._post(rows)
            bare = self._bare(limits) if rows == 1 else []
            yield self._median_latency(f"latency/{rows} rows", (ours, peer), post, *bare)

    def _bare(self, limits: Limits) -> list[Callable[[], float]]:
        if not self._trained.recipe.bare_trees:
            return []
        return [partial(limits.bare_call_seconds, _BARE_CALLS)]

    def _fallback(self, peer: ContainerServer) -> Finding:
        """One row through AutoGluon itself: the artifact without its direct path."""
        folder = Path(self._stack.enter_context(TemporaryDirectory()))
        model = Path(shutil.copytree(self._trained.ours, folder / "model"))
        shutil.rmtree(model / "direct")
        with self._start_ours(model) as ours:
            return self._median_latency(
                "latency of the fallback/1 rows", (ours, peer), self._post(1)
            )

    def _median_latency(
        self,
        name: str,
        servers: tuple[ContainerServer, ContainerServer],
        post: Post,
        *limit: Callable[[], float],
    ) -> Finding:
        clients = [Client(server.port) for server in servers]
        sides = [partial(_median_seconds, client, post) for client in clients]
        values = interleaved(ROUNDS, *sides, *limit)
        for client in clients:
            client.close()
        return self._milliseconds(name, values)

    def _without_server(self, limits: Limits) -> Finding:
        """One row through both serving scripts, called here: no HTTP, Gunicorn or Flask."""
        body = self._rows.sample(1, random_state=1).to_csv(index=False)
        scripts = [ServingScript(model) for model in (self._trained.ours, self._trained.peer)]
        sides = [partial(script.median_seconds, body, CSV, _LATENCY_SECONDS) for script in scripts]
        values = interleaved(ROUNDS, *sides, *self._bare(limits))
        return self._milliseconds("latency without a server/1 rows", values)

    def _milliseconds(self, name: str, seconds: list[list[float]]) -> Finding:
        milliseconds = [[1e3 * value for value in side] for side in seconds]
        return self._finding(name, "ms (median)", *milliseconds, higher_is_better=False)

    def _throughput(self, ours: ContainerServer, peer: ContainerServer) -> Iterator[Finding]:
        posts = [self._post(1, JSON, seed) for seed in range(200)]
        for clients in CLIENTS:
            sides = [
                partial(requests_per_second, server.port, posts, clients, _THROUGHPUT_SECONDS)
                for server in (ours, peer)
            ]
            values = interleaved(ROUNDS, *sides)
            yield self._finding(
                f"throughput/{clients} clients", "requests/s", *values, higher_is_better=True
            )

    def _bulk(
        self, ours: ContainerServer, peer: ContainerServer, limits: Limits
    ) -> Iterator[Finding]:
        for rows in [rows for rows in INPUT_ROWS if rows <= self._most_rows]:
            post = self._post(rows)
            peaks: list[list[float]] = [[], []]
            sides = [
                partial(_rows_per_second, server, post, rows, seen)
                for server, seen in zip((ours, peer), peaks, strict=True)
            ]
            values = interleaved(ROUNDS, *sides, partial(limits.rows_per_second, rows))
            yield self._finding(f"bulk/{rows} rows", "rows/s", *values, higher_is_better=True)
            yield self._finding(f"memory/{rows} rows", "MB", *peaks, higher_is_better=False)


def _median_seconds(client: Client, post: Post) -> float:
    for _ in range(_WARM_UP_REQUESTS):
        client.ask(post)
    seconds: list[float] = []
    end = time.perf_counter() + _LATENCY_SECONDS
    while time.perf_counter() < end:
        seconds.append(client.ask(post))
    return median(seconds)


def _rows_per_second(server: ContainerServer, post: Post, rows: int, peaks: list[float]) -> float:
    seconds: list[float] = []
    with Peak(server.pids) as peak:
        client = Client(server.port)
        while sum(seconds) < _BULK_SECONDS:
            seconds.append(client.ask(post))
        client.close()
    peaks.append(peak.megabytes)
    return rows / median(seconds)


def _pss(server: ContainerServer) -> float:
    with Peak(server.pids) as peak:
        pass
    return peak.megabytes

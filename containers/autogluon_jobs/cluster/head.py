"""Lead a Ray cluster of the job's hosts."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import ray

from autogluon_jobs.cluster.host_log import host_log
from autogluon_jobs.cluster.hosts import Hosts
from autogluon_jobs.cluster.ray_node import RayNode, address_of, is_reachable, port_of
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

_JOIN_SECONDS = 300.0
_START_SECONDS = 120.0
_POLL_SECONDS = 0.5


@contextmanager
def led_cluster(hosts: Hosts, run: str, variables: Mapping[str, str]) -> Iterator[None]:
    """Start the cluster, wait until every host has joined, and end it after the block.

    Args:
        hosts: the job's.
        run: the run's name, which decides the cluster's port.
        variables: what processes of the cluster find in their environment.

    Raises:
        InputError: Ray does not start, or a host does not join.
    """
    address = address_of(hosts.current)
    with host_log() as of_log:
        node = RayNode.head(run, address=address, variables={**variables, **of_log})
        try:
            _connect(node, address, run)
            try:
                _wait_for(hosts)
                yield
            finally:
                ray.shutdown()
        finally:
            node.stop()


def _connect(node: RayNode, address: str, run: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_reachable(address, run):
        if not node.is_running or time.monotonic() > deadline:
            raise InputError(
                f"Ray did not start: {node.last_words()}",
                advice="Train on one instance.",
            )
        time.sleep(_POLL_SECONDS)
    while True:
        try:
            ray.init(
                address=f"{address}:{port_of(run)}",
                _node_ip_address=address,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except (ConnectionError, RuntimeError):  # the head's own raylet is still starting
            if not node.is_running or time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return


def _wait_for(hosts: Hosts) -> None:
    deadline = time.monotonic() + _JOIN_SECONDS
    while len(joined := _addresses()) < len(hosts.names):
        if time.monotonic() > deadline:
            raise InputError(
                f"{len(joined)} of {len(hosts.names)} hosts joined the Ray cluster within "
                f"{_JOIN_SECONDS:.0f} seconds.",
                advice="In a VPC, let the members of the jobs' security group reach each other.",
            )
        time.sleep(_POLL_SECONDS)
    print(f"Ray cluster of {len(joined)} hosts: {listed(list(hosts.names))}", flush=True)


def _addresses() -> set[str]:
    return {node["NodeManagerAddress"] for node in ray.nodes() if node["Alive"]}

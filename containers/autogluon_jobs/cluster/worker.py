"""Be a worker: join the head's cluster, stay in it, and end with it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from autogluon_jobs.cluster.host_log import host_log
from autogluon_jobs.cluster.hosts import Hosts
from autogluon_jobs.cluster.ray_node import RayNode, address_of, is_reachable

_POLL_SECONDS = 1.0
_UNREACHABLE_PROBES = 3  # before the head counts as gone: a connection may be lost


def work(hosts: Hosts, run: str, variables: Mapping[str, str]) -> None:
    """Run tasks of the head's cluster until the head ends it.

    If Ray fails on this host, it joins again. SageMaker stops this host where the head fails.
    """
    print(f"Host {hosts.current} waits for the Ray cluster of {hosts.head}.", flush=True)
    head = _address_of_cluster(hosts, run)
    with host_log() as of_log:
        while True:
            node = RayNode.worker(
                run,
                head=head,
                address=address_of(hosts.current),
                variables={**variables, **of_log},
            )
            print(f"Host {hosts.current} joins the Ray cluster.", flush=True)
            try:
                has_ended = _follow(node, head, run)
                words = node.last_words()
            finally:
                node.stop()
            if has_ended:
                print(f"{hosts.head} has ended the Ray cluster.", flush=True)
                return
            print(f"Ray ended on {hosts.current}, which joins again. {words}", flush=True)


def _address_of_cluster(hosts: Hosts, run: str) -> str:
    while True:
        try:
            address = address_of(hosts.head)
        except OSError:
            address = None  # SageMaker's name service does not know the head yet
        if address is not None and is_reachable(address, run):
            return address
        time.sleep(_POLL_SECONDS)


def _follow(node: RayNode, head: str, run: str) -> bool:
    """Return whether the cluster has ended; otherwise Ray has on this host alone."""
    missed = 0
    while missed < _UNREACHABLE_PROBES:
        time.sleep(_POLL_SECONDS)
        missed = 0 if is_reachable(head, run) else missed + 1
        if missed == 0 and not node.is_running:
            return False
    return True

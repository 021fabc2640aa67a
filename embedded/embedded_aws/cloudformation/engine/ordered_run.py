"""Run one action per node of a graph, dependencies first, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

# More would only queue: the embedded AWS answers its API calls from the same few cores.
_WORKERS = 4


def run_ordered(
    needs: Mapping[str, set[str]],
    action: Callable[[str], bool],
    *,
    keep_going: bool = False,
) -> set[str]:
    """Call `action(node)` for every node, after it succeeded for all its dependencies.

    Args:
        needs: node -> nodes that come first; names that are not nodes are ignored.
        action: returns whether it succeeded; must not raise.
        keep_going: after a failure still run what does not need the failed node.

    Returns:
        the nodes whose action failed.
    """
    waiting = {node: set(needed) & set(needs) for node, needed in needs.items()}
    failed: set[str] = set()
    running: dict[Future[bool], str] = {}
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="cloudformation") as pool:
        while True:
            if keep_going or not failed:
                for node in [name for name, needed in waiting.items() if not needed]:
                    del waiting[node]
                    running[pool.submit(action, node)] = node
            if not running:
                return failed
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                node = running.pop(future)
                if not future.result():
                    failed.add(node)
                    continue
                for needed in waiting.values():
                    needed.discard(node)

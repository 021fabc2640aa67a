"""A server's memory does not grow with the number of threads that answered large requests."""

from __future__ import annotations

import subprocess
import sys

from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder

THREADS = 12
SERVE = """
import sys, threading
from pathlib import Path
sys.path.insert(0, sys.argv[1] + '/code')
import inference
model = inference.model_fn(sys.argv[1])
body = sys.stdin.read()
done, answered = threading.Event(), threading.Semaphore(0)

def megabytes():
    status = Path('/proc/self/status').read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if 'VmRSS' in line) / 1024

def answer():
    inference.transform_fn(model, body, 'text/csv', 'text/csv')
    answered.release()
    done.wait()  # as threads of a server stay

for _ in range(int(sys.argv[2])):
    threading.Thread(target=answer).start()
    answered.acquire()
    print(megabytes(), flush=True)
done.set()
"""


def test_every_thread_answers_in_the_memory_of_the_first(shop_job: JobFolder) -> None:
    rows = shop_data.rows(500)
    header, *lines = shop_data.csv_of(rows, shop_data.FEATURES).splitlines(keepends=True)
    body = header + "".join(lines) * 80  # 40,000 rows
    done = subprocess.run(
        [sys.executable, "-c", SERVE, str(shop_job.model), str(THREADS)],
        input=body, capture_output=True, text=True, check=True, cwd=shop_job.model,
    )  # fmt: skip
    used = [float(line) for line in done.stdout.split()]

    assert len(used) == THREADS
    assert used[-1] - used[2] < 50, used  # above 130 after six where each has heaps of its own

"""The bulk engine beside the limit and the peer; run by hand, in the image's environment:

    python -m benchmarks.bulk_engine [--model lightgbm] [--rows 1000000 5000000] [--rounds 3]

Prints rows per second as ratios (to AutoGluon on one DataFrame in memory; to the peer's serving
script, posted 50,000 rows at a time, 5.5 MB), peak memory by rows, and the time of two instances,
a core each, over that of one.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.container_server import ROOT, ContainerServer
from benchmarks.limits import Limits
from benchmarks.load import Client, Post
from benchmarks.memory import Peak
from benchmarks.models import INCOME, LABEL, RECIPES, Trained, trained
from benchmarks.ratios import Spread, interleaved

_ROWS_PER_WRITE = 200_000
_POST_ROWS = 50_000
_LIMIT_ROWS = 500_000
_MOST_FILES = 4


@dataclass(frozen=True)
class Run:
    """One bulk job of one instance: seconds from its start to its end, peak MB (10^6 bytes)."""

    seconds: float
    megabytes: float


class Instance:
    """`/opt/ml` of one instance, somewhere else, with a job that predicts `files`."""

    def __init__(self, base: Path, archive: Path, files: Sequence[Path]) -> None:
        self._base = base
        for name in ("data", "config", "model"):
            (base / "processing" / name).mkdir(parents=True)
        (base / "processing" / "model" / "model.tar.gz").symlink_to(archive)
        for path in files:
            (base / "processing" / "data" / path.name).symlink_to(path)
        text = json.dumps(_plan(files))
        (base / "processing" / "config" / "bulk.json").write_text(text)

    def start(self, cores: set[int]) -> subprocess.Popen[bytes]:
        """Start the container's program on these cores."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "containers" / "predict.py")],
            env={"PATH": os.environ["PATH"], "SAGEMAKER_BASE_DIR": str(self._base)},
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(os.sched_setaffinity, 0, cores),
        )


def _plan(files: Sequence[Path]) -> dict[str, object]:
    with files[0].open(newline="") as lines:
        columns = next(csv.reader(lines))
    entries = [
        {"name": path.name, "uri": f"s3://bucket/{path.name}", "bytes": path.stat().st_size,
         "etag": "", "output": path.name, "rows": None, "result_bytes": None}
        for path in files
    ]  # fmt: skip
    return {
        "version": 1, "predictor": "income", "job_name": "bench", "model_package_arn": "none",
        "format": "csv", "columns": columns, "has_header": True, "id_column": None,
        "include_columns": [], "output": "both", "output_format": "csv", "files": entries,
    }  # fmt: skip


class BulkBench:
    """The measurements on one model, in a folder of scratch files."""

    def __init__(self, model: Trained, folder: Path) -> None:
        self._model = model
        self._folder = folder
        self._archive = folder / "model.tar.gz"
        with tarfile.open(self._archive, "w:gz", compresslevel=1) as tar:
            for path in sorted(model.ours.iterdir()):
                tar.add(path, arcname=path.name)
        self._cores = os.sched_getaffinity(0)

    def data(self, rows: int) -> list[Path]:
        """Files of `rows` rows in all, drawn from the training data."""
        header, *lines = (INCOME / "train.csv").read_text().splitlines()
        dice = random.Random(rows)  # noqa: S311 - a sample, no secret
        paths = [self._folder / f"{rows}-{part}.csv" for part in range(_MOST_FILES)]
        for path in paths:
            if path.exists():
                continue
            with path.open("w") as file:
                file.write(f"{header}\n")
                left = rows // _MOST_FILES
                while left:
                    count = min(left, _ROWS_PER_WRITE)
                    file.write("\n".join(dice.choices(lines, k=count)) + "\n")
                    left -= count
        return paths

    def run(self, shares: Sequence[Sequence[Path]], cores: Sequence[set[int]]) -> Run:
        """Run one instance per share at the same time."""
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            instances = [
                Instance(Path(scratch) / str(number), self._archive, share)
                for number, share in enumerate(shares)
            ]
            started = time.perf_counter()
            children = [instance.start(own) for instance, own in zip(instances, cores, strict=True)]
            with Peak(lambda: [pid for child in children for pid in _family(child.pid)]) as peak:
                codes = [child.wait() for child in children]
            seconds = time.perf_counter() - started
        if any(codes):
            raise RuntimeError(f"a bulk job ended with {codes}; its sentence is above")
        return Run(seconds, peak.megabytes)

    def speed(self, rows: int, rounds: int) -> None:
        """Rows per second beside the limit and the peer."""
        files = self.data(rows)
        frame = pd.read_csv(INCOME / "test.csv").drop(columns=[LABEL])
        limits = Limits(self._model.ours, frame)
        post = Post.of(
            frame.sample(_POST_ROWS, replace=True, random_state=1).to_csv(index=False).encode(),
            "text/csv",
            "text/csv",
        )
        with ContainerServer(sys.executable, self._model.peer, {}) as peer:
            sides: list[Callable[[], float]] = [
                lambda: rows / self.run([files], [self._cores]).seconds,
                lambda: _posted(peer, post),
                lambda: limits.rows_per_second(_LIMIT_ROWS),
            ]
            ours, peers, limit = interleaved(rounds, *sides)
        name = self._model.name
        print(f"{name}: {rows:,} rows with start-up, rows/s {Spread.of(ours)}")
        print(f"{name}: to the peer {Spread.of([a / b for a, b in zip(ours, peers, strict=True)])}")
        print(
            f"{name}: to the limit {Spread.of([a / b for a, b in zip(ours, limit, strict=True)])}"
        )

    def memory(self, sizes: Sequence[int]) -> None:
        """Peak memory by rows."""
        runs = {rows: self.run([self.data(rows)], [self._cores]) for rows in sizes}
        first = runs[sizes[0]]
        for rows, found in runs.items():
            print(
                f"{self._model.name}: {rows:,} rows in {found.seconds:.1f} s, peak "
                f"{found.megabytes:.0f} MB, {found.megabytes / first.megabytes:.2f} of the first"
            )

    def instances(self, rows: int, rounds: int) -> None:
        """Two instances of one core each beside one such instance."""
        first, second = sorted(self._cores)[:2]
        files = self.data(rows)
        one, two = interleaved(
            rounds,
            lambda: self.run([files], [{first}]).seconds,
            lambda: self.run([files[0::2], files[1::2]], [{first}, {second}]).seconds,
        )
        ratio = Spread.of([b / a for a, b in zip(one, two, strict=True)])
        print(f"{self._model.name}: two instances take {ratio} of one's time, {rows:,} rows")


def _posted(server: ContainerServer, post: Post) -> float:
    client = Client(server.port)
    seconds = client.ask(post)
    client.close()
    return _POST_ROWS / seconds


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(below for child in text.split() for below in _family(int(child)))]


@contextmanager
def _bench(model: Trained) -> Iterator[BulkBench]:
    with tempfile.TemporaryDirectory(prefix="autogluon-bulk-") as folder:
        yield BulkBench(model, Path(folder))


def main(argv: Sequence[str]) -> int:
    """Measure and print; see the module."""
    names = [recipe.name for recipe in RECIPES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk_engine")
    parser.add_argument("--model", choices=names, default="lightgbm")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(argv)
    recipe = next(item for item in RECIPES if item.name == given.model)
    with _bench(trained(recipe)) as bench:
        bench.speed(given.rows[0], given.rounds)
        bench.instances(given.rows[0], given.rounds)
        bench.memory(given.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The bulk engine beside the limit and the peer; also by itself, in the image's environment:

    python -m benchmarks.bulk_engine [--model lightgbm] [--rows 1000000] [--memory-rows 1000000]
    python -m benchmarks.bulk_engine --one-file-gb 2 [--model lightgbm] [--rounds 2]

The second form measures one file that two instances share, by parts, beside one instance.

Jobs are timed from the start of their processes to their end. The peer is its serving script,
posted 50,000 rows (5.5 MB) at a time as Batch Transform does, and already started. Twenty million
rows need 5 GB of disk and some minutes.
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
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from autogluon_contracts.documents.bulk_job import part_name
from autogluon_lambdas.logic.bulk.parts import PART_BYTES
from benchmarks.container_server import ROOT, ContainerServer
from benchmarks.limits import Limits
from benchmarks.load import Client, Post
from benchmarks.memory import Peak
from benchmarks.models import Trained, trained
from benchmarks.ratios import Finding, Spread, interleaved
from benchmarks.recipes import RECIPES

_ROWS_PER_WRITE = 200_000
_POST_ROWS = 50_000
_LIMIT_ROWS = 500_000
_FILES = 4
_FEW_ROWS = 1_000_000
_POSTS = 5


@dataclass(frozen=True)
class Run:
    """One bulk job of one instance: seconds from its start to its end, peak MB (10^6 bytes)."""

    seconds: float
    megabytes: float


class Instance:
    """`/opt/ml` of one instance, somewhere else, with a job that predicts `files`.

    With `hosts`, its position among so many that share the files by their parts.
    """

    def __init__(
        self, base: Path, archive: Path, files: Sequence[Path], hosts: tuple[int, int] | None = None
    ) -> None:
        self._base = base
        data = "data" if hosts is None else "shared"
        for name in (data, "config", "model"):
            (base / "processing" / name).mkdir(parents=True)
        (base / "processing" / "model" / "model.tar.gz").symlink_to(archive)
        for path in files:
            (base / "processing" / data / path.name).symlink_to(path)
        plan = _plan(files)
        if hosts is not None:
            plan = _in_parts(plan)
            (base / "config").mkdir()
            (base / "config" / "resourceconfig.json").write_text(json.dumps(_resources(*hosts)))
        (base / "processing" / "config" / "bulk.json").write_text(json.dumps(plan))

    def rows(self) -> int:
        """How many rows it predicted, by its manifests."""
        shards = (self._base / "processing" / "output" / "shards").rglob("*.json")
        return sum(json.loads(path.read_text())["rows_out"] for path in shards)

    def start(self, cores: set[int]) -> subprocess.Popen[bytes]:
        """Start the container's program on these cores."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "containers" / "predict.py")],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "contracts"),
                "SAGEMAKER_BASE_DIR": str(self._base),
            },
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(os.sched_setaffinity, 0, cores),
        )


def _resources(position: int, count: int) -> dict[str, object]:
    hosts = [f"algo-{number}" for number in range(1, count + 1)]
    return {"current_host": hosts[position], "hosts": hosts}


def _in_parts(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan with its files in as many parts as the planner makes of them."""
    for file in plan["files"]:
        count = file["bytes"] // PART_BYTES
        if count < 2:
            raise ValueError(f"{file['name']} is too small for parts of {PART_BYTES:,} bytes")
        names = [f"{part_name(number, count)}.csv" for number in range(1, count + 1)]
        file["parts"] = [{"output": f"{file['output']}/{name}"} for name in names]
    return plan


def _plan(files: Sequence[Path]) -> dict[str, Any]:
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
        header, *lines = (self._model.recipe.data.folder / "train.csv").read_text().splitlines()
        dice = random.Random(rows)  # noqa: S311 - a sample, no secret
        paths = [self._folder / f"{rows}-{part}.csv" for part in range(_FILES)]
        for path in paths:
            if path.exists():
                continue
            with path.open("w") as file:
                file.write(f"{header}\n")
                left = rows // _FILES
                while left:
                    count = min(left, _ROWS_PER_WRITE)
                    file.write("\n".join(dice.choices(lines, k=count)) + "\n")
                    left -= count
        return paths

    def one_file(self, megabytes: int) -> tuple[Path, int]:
        """A file of at least so many MB, drawn from the training data, and its rows."""
        header, *lines = (self._model.recipe.data.folder / "train.csv").read_text().splitlines()
        dice = random.Random(megabytes)  # noqa: S311 - a sample, no secret
        path, rows = self._folder / f"one-{megabytes}.csv", 0
        with path.open("w") as file:
            file.write(f"{header}\n")
            while file.tell() < megabytes * 1_000_000:
                file.write("\n".join(dice.choices(lines, k=_ROWS_PER_WRITE)) + "\n")
                rows += _ROWS_PER_WRITE
        return path, rows

    def shared_by(self, path: Path, rows: int, instances: int) -> Run:
        """Predict one file on instances of one core each, which share its parts."""
        cores = [{core} for core in sorted(self._cores)[:instances]]
        if len(cores) < instances:
            raise RuntimeError(f"{instances} instances need {instances} cores")
        return self.run([[path]] * instances, cores, rows)

    def run(
        self,
        shares: Sequence[Sequence[Path]],
        cores: Sequence[set[int]],
        shared_rows: int | None = None,
    ) -> Run:
        """Run one instance per share at the same time.

        With `shared_rows`, all of them have the same files, of so many rows, and share the parts.
        """
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            instances = [
                Instance(
                    Path(scratch) / str(number),
                    self._archive,
                    share,
                    None if shared_rows is None else (number, len(shares)),
                )
                for number, share in enumerate(shares)
            ]
            started = time.perf_counter()
            children = [instance.start(own) for instance, own in zip(instances, cores, strict=True)]
            with Peak(lambda: [pid for child in children for pid in _family(child.pid)]) as peak:
                codes = [child.wait() for child in children]
            seconds = time.perf_counter() - started
            if any(codes):
                raise RuntimeError(f"a bulk job ended with {codes}; its sentence is above")
            rows = sum(instance.rows() for instance in instances)
            if shared_rows not in (None, rows):
                raise RuntimeError(f"{shared_rows:,} rows went in and {rows:,} came out")
        return Run(seconds, peak.megabytes)

    def findings(self, rows: int, memory_rows: int, rounds: int) -> Iterator[Finding]:
        """See `bulk_findings`."""
        frame = self._model.recipe.data.requests()
        body = frame.sample(_POST_ROWS, replace=True, random_state=1).to_csv(index=False).encode()
        post = Post.of(body, "text/csv", "text/csv")
        files, points = self.data(rows), f"{rows:,} rows"
        with ContainerServer(sys.executable, self._model.peer, {}) as peer:
            peaks: list[float] = []
            limits = Limits(self._model.ours, frame, bare_trees=False)
            values = interleaved(
                rounds,
                partial(self._rows_per_second, [files], [self._cores], rows),
                partial(_posted, peer, post, peaks),
                partial(limits.rows_per_second, min(rows, _LIMIT_ROWS)),
            )
            yield self._finding(f"speed/{points}", "rows/s", *values, higher_is_better=True)
            yield self._memory(memory_rows, median(peaks))
            yield self._instances(points, files, rows, rounds, partial(_posted, peer, post, []))

    def _memory(self, rows: int, peer: float) -> Finding:
        ours = self.run([self.data(rows)], [self._cores]).megabytes
        limit = None
        if rows > _FEW_ROWS:
            limit = [self.run([self.data(_FEW_ROWS)], [self._cores]).megabytes]
        return self._finding(
            f"memory/{rows:,} rows", "MB", [ours], [peer], limit, higher_is_better=False
        )

    def _instances(
        self, points: str, files: list[Path], rows: int, rounds: int, posted: Callable[[], float]
    ) -> Finding:
        first, second = ({core} for core in sorted(self._cores)[:2])
        both = [files[0::2], files[1::2]]
        two, peer, one = interleaved(
            rounds,
            partial(self._rows_per_second, both, [first, second], rows),
            posted,
            partial(self._rows_per_second, [files], [first], rows),
        )
        twice = [2 * value for value in one]
        return self._finding(
            f"two instances/{points}", "rows/s", two, peer, twice, higher_is_better=True
        )

    def _rows_per_second(self, shares: list[list[Path]], cores: list[set[int]], rows: int) -> float:
        return rows / self.run(shares, cores).seconds

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
        name = f"{self._model.name}/bulk engine, {name}"
        return Finding(name, unit, higher_is_better, ours, peer, limit)


def bulk_findings(
    model: Trained, *, rows: int | None = None, memory_rows: int | None = None, rounds: int = 2
) -> Iterator[Finding]:
    """The bulk engine on CSV; as many rows as the model's recipe says, unless given.

    - `speed`: rows a second, start-up included; the limit is AutoGluon on one DataFrame.
    - `memory`: the highest that all processes take together, in one run of `memory_rows`; the
      limit, for more than a million rows, is what a million take.
    - `two instances`: rows a second of two with a core each; the limit is twice those of one.
    """
    rows = model.recipe.bulk_rows if rows is None else rows
    memory_rows = model.recipe.memory_rows if memory_rows is None else memory_rows
    with tempfile.TemporaryDirectory(prefix="autogluon-bulk-") as folder:
        yield from BulkBench(model, Path(folder)).findings(rows, memory_rows, rounds)


def _posted(server: ContainerServer, post: Post, peaks: list[float]) -> float:
    client = Client(server.port)
    with Peak(server.pids) as peak:
        seconds = median(client.ask(post) for _ in range(_POSTS))
    client.close()
    peaks.append(peak.megabytes)
    return _POST_ROWS / seconds


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(below for child in text.split() for below in _family(int(child)))]


def main(argv: Sequence[str]) -> int:
    """Measure and print; see the module."""
    names = [recipe.name for recipe in RECIPES if recipe.bulk_rows]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk_engine")
    parser.add_argument("--model", choices=names, default="lightgbm")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--memory-rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--one-file-gb", type=float, help="share one file of so many GB")
    given = parser.parse_args(argv)
    recipe = next(item for item in RECIPES if item.name == given.model)
    if given.one_file_gb is not None:
        return _share_one_file(trained(recipe), round(1000 * given.one_file_gb), given.rounds)
    found = bulk_findings(
        trained(recipe), rows=given.rows, memory_rows=given.memory_rows, rounds=given.rounds
    )
    for finding in found:
        print(_line(finding), flush=True)
    return 0


def _share_one_file(model: Trained, megabytes: int, rounds: int) -> int:
    """Print the seconds of two instances with a core each beside those of one, round by round."""
    with tempfile.TemporaryDirectory(prefix="autogluon-bulk-") as folder:
        bench = BulkBench(model, Path(folder))
        path, rows = bench.one_file(megabytes)
        shares = []
        for number in range(1, rounds + 1):
            one, two = (bench.shared_by(path, rows, count) for count in (1, 2))
            shares.append(two.seconds / one.seconds)
            print(
                f"{model.name}/bulk engine, one file/{rows:,} rows, {path.stat().st_size:,} bytes, "
                f"round {number}: one instance {one.seconds:.1f} s, {one.megabytes:.0f} MB; two "
                f"{two.seconds:.1f} s, {two.megabytes:.0f} MB in all; {shares[-1]:.3f} of one's",
                flush=True,
            )
        print(f"two instances take {median(shares):.3f} of one's time (median)", flush=True)
    return 0


def _line(finding: Finding) -> str:
    ours, peer = Spread.of(finding.ours), finding.to_peer
    text = f"{finding.name}: {ours.median:,.4g} {finding.unit}, {peer.median:.3g} of the peer's"
    limit = finding.to_limit
    return text if limit is None else f"{text}, {limit.median:.3g} of the limit"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The direct path beside AutoGluon Cloud's serving script: run by hand, never a timed test.

    python benchmarks/direct_path.py MODEL ROWS.csv PEER_SCRIPT

MODEL is an unpacked artifact, ROWS.csv a file of rows for it, and PEER_SCRIPT the
`tabular_serve.py` of the package `autogluon.cloud`. Run it with the interpreter of the container's
environment. Requests alternate between the two, and each figure is the median of sixty rounds;
cold start and memory are those of fresh processes, three each.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "containers"))

Serve = Callable[[str], Any]

ROUNDS = 60
FRESH_PROCESSES = 3
KINDS = ("direct", "fallback", "peer")


def main(arguments: list[str]) -> int:
    """Measure and print JSON; with a fourth argument, be one fresh process of that kind."""
    model, rows, script = map(Path, arguments[:3])
    body = _first_row(model, rows)
    if len(arguments) == 4:
        print(json.dumps(_fresh(arguments[3], model, script, body)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(shutil.copytree(model, Path(folder) / "bare"))
        shutil.rmtree(bare / "direct")
        report = _latency(model, bare, script, body) | _cold_starts(model, bare, rows, script)
    print(json.dumps(report, indent=1))
    return 0


def _first_row(model: Path, rows: Path) -> str:
    """Header and first row, of the features alone: the peer fails where the label is there too."""
    schema = json.loads((model / "feature_schema.json").read_text(encoding="utf-8"))
    names = [feature["name"] for feature in schema["features"]]
    with rows.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([names, [row[name] for name in names]])
    return buffer.getvalue()


def _latency(model: Path, bare: Path, script: Path, body: str) -> dict[str, Any]:
    serves = {kind: _serve(kind, bare if kind == "fallback" else model, script) for kind in KINDS}
    answers = {kind: json.loads(serve(body)[0])[0] for kind, serve in serves.items()}
    seconds: dict[str, list[float]] = {kind: [] for kind in serves}
    for _ in range(ROUNDS):
        for kind, serve in serves.items():
            start = time.perf_counter()
            serve(body)
            seconds[kind].append(time.perf_counter() - start)
    middle = {kind: median(values) for kind, values in seconds.items()}
    return {
        "p50_microseconds": {kind: round(value * 1e6, 1) for kind, value in middle.items()},
        "times_faster_than_peer": {k: round(middle["peer"] / middle[k], 1) for k in KINDS[:2]},
        "answers": answers,
    }


def _cold_starts(model: Path, bare: Path, rows: Path, script: Path) -> dict[str, Any]:
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(FRESH_PROCESSES):
        for kind in KINDS:
            folder = bare if kind == "fallback" else model
            command = [sys.executable, __file__, str(folder), str(rows), str(script), kind]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[kind].append(json.loads(done.stdout.splitlines()[-1]))
    return {
        name: {kind: round(median(run[name] for run in runs), 3) for kind, runs in found.items()}
        for name in ("cold_start_seconds", "peak_megabytes")
    }


def _fresh(kind: str, model: Path, script: Path, body: str) -> dict[str, float]:
    start = time.perf_counter()
    _serve(kind, model, script)(body)
    seconds = time.perf_counter() - start
    # Not `ru_maxrss`, which a process inherits from the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return {"cold_start_seconds": seconds, "peak_megabytes": int(peak) / 1024}


def _serve(kind: str, model: Path, script: Path) -> Serve:
    if kind == "peer":
        peer = _load(script)
        loaded = peer.model_fn(str(model))
        return lambda body: peer.transform_fn(loaded, body, "text/csv", "application/json")
    from autogluon_jobs import inference

    served = inference.model_fn(str(model))
    expected = "direct" if kind == "direct" else "autogluon"
    if served.engine.name != expected:
        raise SystemExit(f"{model} is served by {served.engine.name}, not by {expected}.")
    return lambda body: inference.transform_fn(served, body, "text/csv", "application/json")


def _load(script: Path) -> ModuleType:
    # The script imports Pillow for image columns; predictors without any never touch it.
    if importlib.util.find_spec("PIL") is None:
        sys.modules["PIL"] = ModuleType("PIL")
        sys.modules["PIL"].Image = None  # type: ignore[attr-defined]
    spec = importlib.util.spec_from_file_location("tabular_serve", script)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{script} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

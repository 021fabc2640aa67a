"""`make bench`: serve each model by this project and by the peer, in turns, and write the results.

Run inside the image's environment. Models are trained on the first run and kept in `.cache/bench`.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version

from benchmarks.bulk_engine import bulk_findings
from benchmarks.container_server import ROOT
from benchmarks.machine import machine
from benchmarks.measures import Bench
from benchmarks.models import CACHE, RECIPES, Trained, peer_version, trained
from benchmarks.ratios import Finding
from benchmarks.results_files import RESULTS, write_results
from benchmarks.summary import write_into_readme


def main(argv: list[str]) -> int:
    """Measure all models into `benchmarks/results/`, or those named into the cache."""
    names = [recipe.name for recipe in RECIPES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("models", nargs="*", metavar="model", help=f"of {', '.join(names)}")
    chosen = parser.parse_args(argv).models or names
    unknown = sorted(set(chosen) - set(names))
    if unknown:
        parser.error(f"no model is named {unknown[0]!r}; there are {', '.join(names)}")
    findings: list[Finding] = []
    for recipe in RECIPES:
        if recipe.name not in chosen:
            continue
        started = time.monotonic()
        models = trained(recipe)
        print(f"{recipe.name}: trained in {time.monotonic() - started:.0f} s", flush=True)
        for finding in _findings(models):
            findings.append(finding)
            print(f"  {finding.name}: {finding.times_better:.3g} x the peer", flush=True)
    whole = set(chosen) == set(names)
    folder = RESULTS if whole else CACHE / "results"
    records = write_results(findings, machine(), _versions(), folder)
    if whole:
        write_into_readme(records)
    print(f"wrote {folder.relative_to(ROOT)}: table.md, latest.json and the plots")
    return 0


def _findings(models: Trained) -> Iterator[Finding]:
    with Bench(sys.executable, models) as bench:
        yield from bench.findings()
    if models.recipe.bulk_rows:
        yield from bulk_findings(models)


def _versions() -> dict[str, str]:
    return {
        "autogluon.tabular": version("autogluon.tabular"),
        "autogluon.cloud": peer_version(),
        "gunicorn": version("gunicorn"),
        "flask": version("flask"),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Serve each model by this project and by the peer, in turns, and write the results.

`make bench` measures the quick recipes, `make bench-all` every one, for the README. Run inside the
image's environment. Models are trained on the first run and kept in `.cache/bench`.
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
from benchmarks.data_sets import CACHE
from benchmarks.machine import machine
from benchmarks.measures import Bench
from benchmarks.models import Trained, peer_version, trained
from benchmarks.ratios import Finding
from benchmarks.recipes import RECIPES, chosen
from benchmarks.results_files import RESULTS, write_results
from benchmarks.summary import write_into_readme


def main(argv: list[str]) -> int:
    """Measure recipes into the cache, or into `benchmarks/results/` and the README's table."""
    names = [recipe.name for recipe in RECIPES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("recipes", nargs="*", metavar="recipe", help=f"of {', '.join(names)}")
    parser.add_argument("--all", action="store_true", help="all of them, and publish the results")
    parser.add_argument(
        "--publish", action="store_true", help="write benchmarks/results and the README's table"
    )
    given = parser.parse_args(argv)
    unknown = sorted(set(given.recipes) - set(names))
    if unknown:
        parser.error(f"no recipe is named {unknown[0]!r}; there are {', '.join(names)}")
    findings: list[Finding] = []
    for recipe in chosen(given.recipes, every=given.all):
        started = time.monotonic()
        models = trained(recipe)
        print(f"{recipe.name}: trained in {time.monotonic() - started:.0f} s", flush=True)
        for finding in _findings(models):
            findings.append(finding)
            print(f"  {finding.name}: {finding.times_better:.3g} x the peer", flush=True)
    publish = given.all or given.publish
    folder = RESULTS if publish else CACHE / "results"
    records = write_results(findings, machine(), _versions(), folder)
    if publish:
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

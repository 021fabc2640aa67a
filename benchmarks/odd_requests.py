"""Odd and malformed requests by the ten thousand: never a 500, never a silent change of meaning.

    PYTHONPATH=.:contracts:constructs:containers:lambda:client \\
      .venv-image/bin/python -m benchmarks.odd_requests 50000

Whatever is answered with 200 has to be the answer that the same cells get alone, as JSON records;
whatever is broken has to be a 400 with a sentence, and what is sound must not be refused.
Hypothesis draws every choice, so a request that is answered wrongly comes back as small as it gets.
The outcome is written to `benchmarks/results/odd_requests.md`.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from benchmarks.odd.corpus import BY_ROW, Corpus, OddRequest, Row
from benchmarks.odd.judge import Judge
from benchmarks.odd.sender import OddSender

_REMEMBERED_ROWS = 10_000


@dataclass(frozen=True)
class Outcome:
    """How many replies had which status, and how many requests were of which kind."""

    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


def run(model: Path, rows: Sequence[Row], count: int, seed: int = 0) -> Outcome:
    """Send `count` requests to what serves `model`.

    Raises:
        AssertionError: a reply that is wrong, with the steps that made its request.
    """
    schema = json.loads((model / "feature_schema.json").read_text(encoding="utf-8"))
    features = schema["features"]
    names = [feature["name"] for feature in features]
    sender = OddSender(model)

    @lru_cache(_REMEMBERED_ROWS)
    def answer(cells: tuple[str, ...]) -> Any:
        record = dict(zip(names, cells, strict=True))
        reply = sender.send(OddRequest(json.dumps(record).encode(), "application/json"))
        return json.loads(reply.body)[0] if reply.status == 200 else None

    judge = Judge(lambda row: answer(tuple(row[name] for name in names)))
    outcome = Outcome()

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,  # each run is judged by itself
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def ask(dice: random.Random) -> None:
        request = Corpus(features, schema["label"], rows, dice).request()
        reply = sender.send(request)
        outcome.statuses[str(reply.status)] += 1
        outcome.kinds[_kind(request)] += 1
        problem = judge.problem(request, reply)
        if problem is not None:
            steps = "; ".join(request.steps)
            shown = f"{request.body[:300]!r} got {reply.body[-300:]!r}"
            raise AssertionError(f"{steps}: {problem}: {shown}")

    ask()
    return outcome


def _kind(request: OddRequest) -> str:
    if request.bulk is not None:
        return f"{request.bulk.format} cut into chunks"
    known = ("text/csv", "application/json", "application/jsonl", "application/x-parquet",
             "application/x-autogluon")  # fmt: skip
    name = request.content_type if request.content_type in known else "another content type"
    return f"{name}, {BY_ROW}" if request.attributes == BY_ROW else name


def main(argv: Sequence[str]) -> int:
    """Share the requests out among six models; raises where a reply is wrong."""
    from benchmarks.data_sets import INCOME
    from benchmarks.models import trained
    from benchmarks.odd.models import ODD_MODELS, train
    from benchmarks.odd.results import write_outcome
    from benchmarks.recipes import RECIPES

    parser = argparse.ArgumentParser(prog="python -m benchmarks.odd_requests")
    parser.add_argument("count", nargs="?", type=int, default=50_000, help="how many requests")
    count = parser.parse_args(argv).count
    with (INCOME.folder / "test.csv").open(encoding="utf-8", newline="") as file:
        income = [row for _, row in zip(range(500), csv.DictReader(file), strict=False)]
    recipe = next(recipe for recipe in RECIPES if recipe.name == "lightgbm")
    models = {"income (LightGBM)": (trained(recipe).ours, income)}
    for model in ODD_MODELS:
        models[model.name] = (train(model, _folder(model.name)), model.rows(500, seed=2))
    outcomes: dict[str, Outcome] = {}
    for at, (name, (artifact, rows)) in enumerate(models.items()):
        share = count * (at + 1) // len(models) - count * at // len(models)
        outcomes[name] = run(artifact, rows, share)
        print(f"{name}: {share} requests, each answered as it must be", flush=True)
    print(write_outcome({name: (of.statuses, of.kinds) for name, of in outcomes.items()}))
    return 0


def _folder(name: str) -> Path:
    from benchmarks.data_sets import CACHE
    from benchmarks.models import code_digest

    return CACHE / f"odd-{name.replace(' ', '-')}-{code_digest()}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

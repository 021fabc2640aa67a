"""What `make bench` writes: ratios with their spread, and the README's table of them."""

from __future__ import annotations

import json

import pytest

from benchmarks.container_server import ROOT
from benchmarks.ratios import Finding, interleaved
from benchmarks.summary import END, README, START, summary

SLOWER = Finding("m/latency/1 rows", "ms", False, [1.0, 2.0, 4.0], [10.0, 40.0, 20.0], [0.5, 1, 1])


def test_ratios_are_formed_within_a_round() -> None:
    record = SLOWER.to_json("machine", {"python": "3"})
    assert record["ratio_to_peer"] == {"median": 0.1, "min": 0.05, "max": 0.2}
    assert record["ratio_to_limit"] == {"median": 2.0, "min": 2.0, "max": 4.0}
    assert SLOWER.times_better == pytest.approx(10)


def test_sides_alternate_and_change_their_order() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(len(order))

    assert interleaved(2, lambda: side("ours"), lambda: side("peer")) == [[1.0, 4.0], [2.0, 3.0]]
    assert order == ["ours", "peer", "peer", "ours"]


def test_the_readme_shows_the_latest_results() -> None:
    records = json.loads((ROOT / "benchmarks" / "results" / "latest.json").read_text())
    shown = README.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]
    assert shown == summary(records)
    served = {record["name"].split("/")[0] for record in records if "throughput" in record["name"]}
    assert f"\n{len(served)} recipes, measured" in shown


def test_every_result_says_how_it_compares_and_where_it_was_measured() -> None:
    records = json.loads((ROOT / "benchmarks" / "results" / "latest.json").read_text())
    for record in records:
        assert {"name", "ratio_to_peer", "ratio_to_limit", "machine", "versions"} <= set(record)
        for ratio in (record["ratio_to_peer"], record["ratio_to_limit"]):
            assert ratio is None or ratio["min"] <= ratio["median"] <= ratio["max"]

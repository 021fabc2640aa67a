"""What the measurement of the command line writes; nobody's test is timed."""

from __future__ import annotations

from benchmarks.operations.command_line import CALLS, RESULT, Call, result_page
from benchmarks.ratios import Spread


def test_a_call_is_shown_with_its_spread_and_what_is_asked_of_it() -> None:
    call = Call("help", "--help", 0, 0.4)
    page = result_page([(call, Spread(0.25, 0.2, 0.3))], "a machine", "click 1")
    assert "| help | `agcdk --help` | 0.25 [0.20, 0.30] | < 0.4 |" in page
    assert "on a machine\nwith click 1." in page


def test_the_committed_results_are_of_these_calls() -> None:
    page = RESULT.read_text(encoding="utf-8")
    for call in CALLS:
        assert f"| {call.what} | `agcdk {call.arguments}` |" in page

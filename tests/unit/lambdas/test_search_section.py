"""The report of a tuning run shows its trials: plots, a table, and what went wrong."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from autogluon_contracts.documents.tuning_spec import TuningObjective, TuningRange, TuningSpec
from autogluon_contracts.shown.scores import ShownMetric
from autogluon_lambdas.logic.report.axis import category_axis, number_axis, tick_text
from autogluon_lambdas.logic.report.search_section import with_search

RATE, EXTRA = (f"fit_args.hyperparameters.GBM.{name}" for name in ("learning_rate", "extra_trees"))
PAGE = "<main><dl></dl><nav>\n</nav></main>"
BEGAN = datetime(2026, 11, 20, 10, tzinfo=UTC)
TUNING = TuningSpec(
    ranges={
        RATE: TuningRange(type="continuous", min=0.01, max=0.3, scaling="Logarithmic"),
        EXTRA: TuningRange(type="categorical", values=(False, True)),
    },
    max_jobs=3,
)
RMSE = ShownMetric("root_mean_squared_error")
OBJECTIVES = (-2.0, -1.5, None)


def _table(objectives: tuple[float | None, ...] = OBJECTIVES, failure: str = "No rows.") -> str:
    lines = [f"trial,status,objective,started,ended,seconds,failure,{EXTRA},{RATE}"]
    for number, objective in enumerate(objectives, start=1):
        start = BEGAN + timedelta(minutes=number)
        end = start + timedelta(minutes=2)
        status = "Failed" if objective is None else "Completed"
        why = json.dumps(failure) if objective is None else ""
        value = "" if objective is None else objective
        lines.append(
            f"search-{number:03}-ab,{status},{value},{start.isoformat()},{end.isoformat()},120.0,"
            f"{why},{json.dumps(number == 1)},{0.01 * number}"
        )
    return "\n".join(lines) + "\n"


def _charts(page: str) -> list[ElementTree.Element]:
    """Return the charts, which are well-formed XML."""
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def _kinds(chart: ElementTree.Element) -> Mapping[str, int]:
    tags = [item.tag.rpartition("}")[2] for item in chart.iter()]
    return {tag: tags.count(tag) for tag in ("circle", "rect")}


def _cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_each_argument_and_the_time_have_a_chart_with_a_mark_per_trial() -> None:
    page = with_search(PAGE, _table(), "search-002-ab", TUNING, RMSE)

    charts = _charts(page)
    assert len(charts) == 1 + len(TUNING.ranges)
    assert [_kinds(chart) for chart in charts] == [{"circle": 1, "rect": 1}] * 3
    assert all(chart.attrib["role"] == "img" and chart.attrib["aria-label"] for chart in charts)
    assert '<a href="#search">Search</a>' in page


def test_the_table_has_a_row_per_trial_with_errors_positive() -> None:
    page = with_search(PAGE, _table(), "search-002-ab", TUNING, RMSE)

    assert _cells(page) == [
        ["trial", "validation root_mean_squared_error", "status", "seconds", "extra_trees",
         "learning_rate", "training job"],
        ["1", "2", "Completed", "120", "true", "0.01", "001-ab"],
        ["2 (best)", "1.5", "Completed", "120", "false", "0.02", "002-ab"],
        ["3", "\N{EN DASH}", "Failed", "120", "false", "0.03", "003-ab"],
    ]  # fmt: skip
    assert "2 of 3 trials completed" in page
    assert "Trial 2 won with 1.5." in page


def test_a_failure_is_told_as_text_whatever_it_holds() -> None:
    page = with_search(PAGE, _table(failure="<b>& so on"), "search-002-ab", TUNING, RMSE)

    assert "Trial 3: &lt;b&gt;&amp; so on" in page
    assert "<b>" not in page


def test_the_line_of_the_best_so_far_goes_down_for_errors_only() -> None:
    def path(metric: ShownMetric) -> list[float]:
        page = with_search(PAGE, _table((-1.0, -2.0, -0.5)), "none", TUNING, metric)
        [line] = re.findall(r'<path d="([^"]+)"[^>]*stroke-dasharray', page)
        return [float(text) for text in re.findall(r"(?:V|M\S+ )([0-9.]+)", line)]

    # SVG counts from the top: of errors, the best so far goes down on the screen.
    assert path(RMSE) == sorted(path(RMSE))
    assert path(ShownMetric("r2")) == sorted(path(ShownMetric("r2")), reverse=True)


def test_an_objective_of_ones_own_keeps_its_sign_and_direction() -> None:
    own = TuningSpec(
        ranges=TUNING.ranges, objective=TuningObjective(regex="x=(.+)", type="Minimize")
    )

    page = with_search(PAGE, _table((3.0, 4.0)), "search-001-ab", own, ShownMetric("r2"))

    assert "objective (lower is better)" in page
    assert [row[1] for row in _cells(page)[1:]] == ["3", "4"]


def test_settings_without_the_search_do_not_matter() -> None:
    page = with_search(PAGE, _table(), "search-002-ab", None, RMSE)

    assert len(_charts(page)) == 1 + len(TUNING.ranges)


def test_one_trial_is_a_search_too() -> None:
    page = with_search(PAGE, _table((-2.0,)), "search-001-ab", TUNING, RMSE)

    assert [_kinds(chart) for chart in _charts(page)] == [{"circle": 0, "rect": 1}] * 3


@pytest.mark.parametrize(
    ("values", "logarithmic"),
    [([0.0], None), ([5.0, 5.0], None), ([-3.0, 7.0], None), ([1e-4, 0.3], None),
     ([0.02, 0.3], True), ([2.1, 2.2], True), ([1, 750], True), ([1e9, 4e9], False)],
)  # fmt: skip
def test_axes_have_room_for_all_values_and_some_ticks_inside(
    values: list[float], logarithmic: Any
) -> None:
    axis = number_axis("x", values, logarithmic=logarithmic)

    assert all(0 < axis.place(value) < 1 for value in values)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 7
    assert all(-1e-9 <= axis.place(value) <= 1 + 1e-9 for value, _ in ticks)
    assert len({text for _, text in ticks}) == len(ticks)


def test_categories_have_a_row_each() -> None:
    axis = category_axis("x", ["a", "a name that is longer than the chart has room for"])

    assert [axis.place(value) for value, _ in axis.ticks()] == [0.25, 0.75]
    assert [text for _, text in axis.ticks()] == ["a", "a name that is longer…"]


def test_ticks_are_short() -> None:
    assert [tick_text(value) for value in (0.05, 9999.0, 25_000.0, 2.5e6, -3e9)] == [
        "0.05", "9999", "25k", "2.5M", "-3G",
    ]  # fmt: skip

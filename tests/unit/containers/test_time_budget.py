"""The time AutoGluon gets, and the head-room it leaves."""

from __future__ import annotations

import pytest

from autogluon_jobs.jobs.time_budget import time_budget


@pytest.mark.parametrize(("runtime", "limit"), [(3600, 2820), (600, 420), (100, 50), (1, 1)])
def test_without_a_limit_it_is_derived_with_head_room(runtime, limit):
    budget = time_budget(None, runtime)
    assert (budget.time_limit, budget.derived, budget.warnings) == (limit, True, ())


@pytest.mark.parametrize(("requested", "warned"), [(2820, False), (2821, True), (7200, True)])
def test_given_limit_is_kept_and_warned_about_where_it_leaves_no_head_room(requested, warned):
    budget = time_budget(requested, 3600)
    assert (budget.time_limit, budget.derived) == (requested, False)
    assert bool(budget.warnings) == warned

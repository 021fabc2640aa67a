"""A sample of the corpus of odd requests; the whole of it is run by hand."""

from __future__ import annotations

import pytest

from benchmarks.odd_requests import Judge, OddRequest, Reply, run
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder


def test_odd_requests_get_their_rows_answers_or_a_sentence(shop_job: JobFolder) -> None:
    statuses = run(shop_job.model, shop_data.rows(50, seed=9), count=400, seed=1)
    assert statuses["200"] > 40
    assert statuses["400"] > 100
    assert set(statuses) == {"200", "400"}


def test_a_wrong_answer_fails_the_corpus(
    shop_job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Judge, "problem", lambda *_: "wrong")
    with pytest.raises(AssertionError, match="wrong"):
        run(shop_job.model, shop_data.rows(5, seed=9), count=3)


def test_the_judge_sees_what_is_wrong() -> None:
    judge = Judge(lambda row: {"label": row["a"]})
    request = OddRequest(b"", "text/csv", rows=[{"a": "1"}])
    right, other = Reply(200, b'[{"label": "1"}]'), Reply(200, b'[{"label": "2"}]')
    assert judge.problem(request, right) is None
    assert "where each row alone gets" in (judge.problem(request, other) or "")
    assert judge.problem(request, Reply(500, b"{}")) == "status 500"
    assert "no sentence" in (judge.problem(request, Reply(400, b'{"detail": "bad"}')) or "")
    broken = OddRequest(b"", "text/csv", rows=[{"a": "1"}], broken=True)
    assert "although columns" in (judge.problem(broken, right) or "")

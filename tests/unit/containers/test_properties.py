"""An answer belongs to its row: neighbours, order and format of a request change nothing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES, csv_of, headerless, record

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)
ODD_NUMBERS = st.sampled_from(["1e3", "-0.0", "5.", ".5", "NaN", "+7", " 3 ", "1e-300"])
ROW = st.fixed_dictionaries(
    {
        "age": st.integers(-(2**63), 2**63 - 1).map(str) | st.sampled_from(["1e3", "5.0"]),
        "score": st.floats(allow_nan=False, allow_infinity=False).map(repr) | ODD_NUMBERS,
        "member": st.sampled_from(["true", "false", "True", "FALSE"]),
        "sex": st.sampled_from(["Female", "Male"]),
        "zip": st.sampled_from(["01001", "1001", "001", ""]) | TEXT,
        "grade": st.sampled_from(["1", "NA", "A1", "None", ""]) | TEXT,
        "event_time": st.integers(0, 2**62).map(str),
        "joined": st.datetimes().map(lambda at: at.replace(year=2000 + at.year % 50).isoformat()),
        "note": TEXT,
    }
)
MODERATE = settings(
    max_examples=25,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def answers(model: ServedModel, body: str, content_type: str = "text/csv") -> list[dict[str, Any]]:
    text, *_ = model.answer(body, content_type, "application/json")
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def sentence_or_none(model: ServedModel, body: str, content_type: str) -> str | None:
    """Why the request was refused; anything but a sentence for the caller escapes."""
    try:
        model.answer(body, content_type, "application/json")
    except InputError as error:
        return str(error)
    return None


@MODERATE
@given(rows=st.lists(ROW, min_size=2, max_size=8), columns=st.permutations(FEATURES))
def test_rows_together_get_the_answers_they_get_alone(shop, rows, columns):
    together = answers(shop, csv_of(rows, tuple(columns)))
    alone = [answers(shop, csv_of([row], FEATURES))[0] for row in rows]
    assert together == alone


@MODERATE
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_formats_agree(shop, rows):
    by_csv = answers(shop, csv_of(rows, FEATURES))
    assert answers(shop, json.dumps(rows), "application/json") == by_csv
    lines = "\n".join(json.dumps([row[name] for name in FEATURES]) for row in rows)
    assert answers(shop, lines, "application/jsonl") == by_csv


@MODERATE
@given(order=st.permutations(range(64)))
def test_sixty_four_requests_in_any_mix_get_the_answers_of_each_alone(shop, order):
    rows = shop_data.rows(64, seed=64)
    alone = _alone(shop)
    mixed = answers(shop, headerless([rows[at] for at in order]))
    assert mixed == [alone[at] for at in order]


_ALONE: list[dict[str, Any]] = []


def _alone(model: ServedModel) -> list[dict[str, Any]]:
    if not _ALONE:
        rows = shop_data.rows(64, seed=64)
        _ALONE.extend(
            answers(model, json.dumps(record(row)), "application/json")[0] for row in rows
        )
    return _ALONE


@settings(MODERATE, max_examples=150)
@given(
    body=st.text(max_size=200) | st.lists(st.text(max_size=12), min_size=1).map(",".join),
    content_type=st.sampled_from(["text/csv", "application/json", "application/jsonl",
                                  "application/x-autogluon", "application/x-parquet"]),
)  # fmt: skip
def test_any_body_gets_an_answer_or_a_sentence(shop, body, content_type):
    sentence = sentence_or_none(shop, body, content_type)
    assert sentence is None or sentence.endswith(".")


@settings(MODERATE, max_examples=150)
@given(
    value=st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.lists(st.integers(), max_size=2),
    name=st.sampled_from(FEATURES),
)  # fmt: skip
def test_any_json_value_gets_an_answer_or_a_sentence_that_names_it(shop, value, name):
    row = record(shop_data.rows(1)[0]) | {name: value}
    sentence = sentence_or_none(shop, json.dumps(row), "application/json")
    named = (f'"{name}", row 1', "which is not valid JSON")
    assert sentence is None or any(part in sentence for part in named)

"""A CSV's header is never scored as a row, whatever the features are and wherever it stands."""

from __future__ import annotations

import json

import pytest

from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.bad_rows import sort_rows
from autogluon_jobs.requests.csv_rows import csv_source
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema, Kind
from autogluon_jobs.serving.codecs import parse_piece

_DTYPES: dict[Kind, str] = {
    "int": "int64", "float": "float64", "bool": "float64", "category": "category", "text": "object",
    "datetime": "datetime64[ns]",
}  # fmt: skip
LARGE = 300
"""More rows than are read cell by cell."""


def feature(name: str, kind: Kind, *categories: str) -> Feature:
    known = categories if kind == "category" else None
    return Feature(name, kind, _DTYPES[kind], kind != "int", categories=known)


def schema(*features: Feature) -> FeatureSchema:
    return FeatureSchema("y", "regression", features)


REVIEW = feature("review", "text")
JOB = feature("job", "category", "clerk", "cook")
TEXT = schema(REVIEW)
TEXTS = schema(REVIEW, feature("title", "text"))
JOB_AND_TEXT = schema(JOB, REVIEW)
JOBS = schema(JOB, feature("town", "category", "Rome", "Oslo"))
JOB_AND_NUMBER = schema(JOB, feature("pay", "float"))
NAMED_LIKE_A_MISSING_VALUE = schema(feature("NA", "float"), REVIEW)


def count(schema: FeatureSchema, text: str) -> int:
    return len(parse_csv(RowReader(schema), text))


def refusal(schema: FeatureSchema, text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_csv(RowReader(schema), text)
    return str(caught.value)


@pytest.mark.parametrize("rows", [1, LARGE])
@pytest.mark.parametrize(
    ("schema", "header", "row"),
    [
        (TEXT, "review", "good stuff here"),
        (TEXT, "y,review", ",good stuff here"),
        (TEXTS, "title,review", "fine,good stuff here"),
        (JOB_AND_TEXT, "job,review", "clerk,good"),
        (JOB_AND_TEXT, "review,job", "good,never seen"),
        (NAMED_LIKE_A_MISSING_VALUE, "NA,review", "1,good"),
        (NAMED_LIKE_A_MISSING_VALUE, "NA,review", ",good"),
    ],
)
def test_a_header_beside_free_text_is_the_header(schema, header, row, rows):
    assert count(schema, f"{header}\n" + f"{row}\n" * rows) == rows


@pytest.mark.parametrize("rows", [0, 1, LARGE])
@pytest.mark.parametrize(
    ("schema", "header", "row"),
    [
        (TEXT, "zzz", "good stuff here"),
        (TEXT, "reviw", "good stuff here"),
        (TEXTS, "one,two", "good,stuff"),
        (JOB_AND_TEXT, "profession,remark", "clerk,hello"),
        (JOB_AND_NUMBER, "kind,NA", "clerk,1"),
        (JOBS, "profession,place", "clerk,Rome"),
        (schema(JOB, feature("seen", "bool")), "profession,null", "clerk,true"),
        (schema(JOB, feature("on", "datetime")), "profession,none", "clerk,2026-11-20"),
    ],
)
def test_a_header_with_other_names_is_not_scored(schema, header, row, rows):
    sentence = refusal(schema, f"{header}\n" + f"{row}\n" * rows)
    assert "header" in sentence
    assert "Row 1 " in sentence or "unknown column" in sentence


@pytest.mark.parametrize("rows", [1, LARGE])
@pytest.mark.parametrize(
    ("schema", "row"),
    [
        (JOB_AND_TEXT, "clerk,hello"),
        (JOBS, "clerk,never seen"),
        (JOBS, ",Rome"),
        (JOB_AND_NUMBER, "never seen,-1"),
        (JOB_AND_NUMBER, "clerk,"),
        (schema(REVIEW, feature("age", "int")), "hello,-1"),
        (schema(REVIEW, feature("seen", "bool")), "hello,false"),
        (schema(REVIEW, feature("on", "datetime")), "hello,1970-01-01"),
    ],
)
def test_one_known_value_makes_a_header_less_row(schema, row, rows):
    assert count(schema, f"{row}\n" * rows) == rows


@pytest.mark.parametrize("rows", [2, LARGE])
@pytest.mark.parametrize(
    ("schema", "row"), [(TEXT, "hello"), (JOB_AND_TEXT, "cook,hello"), (JOBS, "clerk,Rome")]
)
class TestHeaderOnceMore:
    def test_in_a_request_it_is_refused_by_its_row(self, schema, row, rows):
        header = ",".join(schema.names)
        body = f"{header}\n" + f"{row}\n" * rows + f"{header}\n{row}\n"
        assert refusal(schema, body).startswith(f"Row {rows + 1} repeats the header")
        reverse = [",".join(reversed(line.split(","))) for line in body.splitlines()]
        assert refusal(schema, "\n".join(reverse)).startswith(f"Row {rows + 1} repeats the header")

    def test_with_on_error_row_it_costs_its_row(self, schema, row, rows):
        header = ",".join(schema.names)
        body = f"{header}\n" + f"{row}\n" * rows + f"{header}\n{row}\n"
        found = sort_rows(schema.label, csv_source(RowReader(schema), body), lambda _: None)
        assert list(found.errors) == [rows]
        assert found.errors[rows].startswith(f"Row {rows + 1} repeats the header")

    def test_in_a_piece_of_a_batch_it_is_refused(self, schema, row, rows):
        header = ",".join(schema.names)
        batch = TransformBatch(
            columns=schema.names,
            has_header=True,
            id_column=None,
            output="both",
            output_format="csv",
        )
        with pytest.raises(InputError, match="repeats the header"):
            parse_piece(schema, batch, "text/csv", f"{row}\n" * rows + f"{header}\n")
        assert len(parse_piece(schema, batch, "text/csv", f"{header}\n{row}\n")) == 1


def test_json_rows_may_hold_nothing_but_unseen_words(words):
    body = json.dumps([{"Colour": "Colour", "Shape": "Shape", "Size": "Size"}])
    assert len(json.loads(words.answer(body, "application/json", "")[0])) == 1

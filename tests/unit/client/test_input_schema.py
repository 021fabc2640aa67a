"""What callers read about an endpoint's input: a schema that its own example satisfies."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_client.endpoint.input_schema import (
    answer_schema,
    example_request,
    openapi,
    request_schema,
)
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader

KINDS = ("int", "float", "bool", "category", "text", "datetime")
FEATURES = (
    FeatureHeader(name="age", kind="int", nullable=False),
    FeatureHeader(name="job", kind="category", categories=("chef", "nurse")),
    FeatureHeader(name="sex", kind="category", nullable=False, allowed=("f", "m")),
)


def header(*features: FeatureHeader, **changes: Any) -> FeatureSchemaHeader:
    known = {"label": "class", "problem_type": "binary", "classes": ("no", "yes")}
    return FeatureSchemaHeader(features=features, **{**known, **changes})


def is_valid(rows: Any, schema: dict[str, Any]) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(rows)


@given(
    st.lists(
        st.builds(
            FeatureHeader,
            name=st.text(min_size=1),
            kind=st.sampled_from(KINDS),
            nullable=st.booleans(),
            categories=st.none() | st.lists(st.text(), max_size=3).map(tuple),
            examples=st.none(),
        ),
        min_size=1,
        unique_by=lambda feature: feature.name,
    )
)
def test_the_example_satisfies_the_schema_whatever_the_features(
    features: list[FeatureHeader],
) -> None:
    described = header(*features)
    jsonschema.Draft202012Validator.check_schema(request_schema(described))
    assert is_valid(example_request(described), request_schema(described))


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        ({}, True),
        ({"job": None}, True),
        ({"job": "astronaut"}, True),  # the model takes an unknown category as one
        ({"class": "yes"}, True),
        ({"age": None}, False),
        ({"age": "old"}, False),
        ({"sex": "x"}, False),
        ({"agee": 39}, False),
    ],
)
def test_the_schema_accepts_what_the_endpoint_does(change: dict[str, Any], accepted: bool) -> None:
    row = {"age": 39, "job": "chef", "sex": "f", **change}
    assert is_valid([row], request_schema(header(*FEATURES))) is accepted
    assert not is_valid([{"age": 39}], request_schema(header(*FEATURES)))


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, {"class": "no", "no_proba": 0.75, "yes_proba": 0.25}),
        ({"classes": None, "problem_type": "regression"}, {"class": 12.5}),
        ({"classes": None, "quantile_levels": (0.1, 0.9)}, {"0.1": 1.5, "0.9": 3.5}),
    ],
)
def test_answers_have_the_columns_of_the_problem_type(
    changes: dict[str, Any], answer: dict[str, Any]
) -> None:
    described = header(*FEATURES, **changes)
    schema = answer_schema(described, described.answer_columns("both"))
    assert is_valid([answer], schema)
    assert not is_valid([{"other": 1}], schema)


def test_the_openapi_document_holds_request_and_answer_of_the_one_operation() -> None:
    described = header(*FEATURES)
    document = openapi(
        described,
        columns=described.answer_columns("both"),
        example=example_request(described),
        endpoint="autogluon-sandbox-income",
        url="https://x",
    )
    operation = document["paths"]["/endpoints/autogluon-sandbox-income/invocations"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    assert is_valid(content["example"], content["schema"])
    assert json.loads(json.dumps(document)) == document
    assert operation["responses"].keys() == {"200", "424"}

"""Describe an endpoint's requests and answers to callers: JSON Schema, OpenAPI, an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.content_types import JSON
from autogluon_contracts.documents.feature_schema import (
    FeatureHeader,
    FeatureSchemaHeader,
    required_columns,
)

_TYPES = {
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "category": "string",
    "text": "string",
    "datetime": "string",
}
# For columns of which training recorded no values: texts, and those of earlier releases.
_EXAMPLES = {
    "int": 39,
    "float": 39.5,
    "bool": True,
    "category": "a",
    "text": "a text",
    "datetime": "2026-11-20",
}
_MOST_EXAMPLES = 20


def request_schema(header: FeatureSchemaHeader) -> dict[str, Any]:
    """Return the JSON Schema of an `application/json` request: a list of records.

    Unknown categories are allowed, because the model takes them as such; they are not an `enum`.
    """
    features = {feature.name: _value_schema(feature) for feature in header.features}
    carried = {
        name: {"description": "Not a feature; a request may carry it, without effect."}
        for name in (header.label, *header.ignored)
        if name not in features
    }
    names = list(features)
    record: dict[str, Any] = {
        "type": "object",
        "properties": {**features, **carried},
        "required": list(required_columns(names, header.optional, header.label, ())),
        "additionalProperties": False,
    }
    if header.optional:
        # What the model stores may be left out; a row with a value gives all that belongs to it.
        whole = required_columns(names, header.optional, header.label, (header.label,))
        record["dependentRequired"] = {header.label: list(whole)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Rows to predict {header.label} of",
        "type": "array",
        "minItems": 1,
        "items": record,
    }


def answer_schema(
    header: FeatureSchemaHeader, columns: Sequence[str], values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the JSON Schema of an `application/json` answer: a list of records.

    Args:
        columns: of the answer; one that the request has too is of its kind, others are numbers.
        values: the schemas of columns that are neither.
    """
    known = {feature.name: _value_schema(feature) for feature in header.features}
    known |= values or {}
    properties: dict[str, Any] = {name: known.get(name, {"type": "number"}) for name in columns}
    if header.classes is not None:
        properties[header.label] = {"enum": list(header.classes)}
    record = {"type": "object", "properties": properties, "required": list(columns)}
    return {"type": "array", "items": record}


def example_request(header: FeatureSchemaHeader) -> list[dict[str, Any]]:
    """Return one row that the endpoint answers, of values that are usual in their columns."""
    return [{feature.name: example_value(feature) for feature in header.features}]


def example_value(feature: FeatureHeader) -> Any:
    """Return a value that the feature takes."""
    if feature.allowed:
        return feature.allowed[0]
    if feature.kind == "category" and feature.categories:
        return feature.categories[0]
    if feature.examples:
        return feature.examples[len(feature.examples) // 2]
    return _EXAMPLES.get(feature.kind or "text")


def openapi(
    header: FeatureSchemaHeader,
    *,
    columns: Sequence[str],
    example: Sequence[Mapping[str, Any]],
    endpoint: str,
    url: str,
    component: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document of the endpoint's invocation.

    Args:
        columns: of the answer.
        example: a request that the endpoint answers.
        endpoint: the endpoint's name.
        url: of SageMaker Runtime, such as `https://runtime.sagemaker.us-east-1.amazonaws.com`.
        component: the inference component's name, where predictors share the endpoint.
        values: as `answer_schema` takes them.
    """
    schema = {name: value for name, value in request_schema(header).items() if name != "$schema"}
    body = {JSON: {"schema": schema, "example": list(example)}}
    refused = "The rows cannot be read; the message names column, row, value and what is allowed."
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Predict {header.label} with {component or endpoint}", "version": "1"},
        "servers": [{"url": url}],
        "paths": {
            f"/endpoints/{endpoint}/invocations": {
                "post": {
                    "operationId": "predict",
                    "summary": "Predict rows",
                    "parameters": [
                        _ATTRIBUTES,
                        *([] if component is None else [_component(component)]),
                    ],
                    "requestBody": {"required": True, "content": body},
                    "responses": {
                        "200": {
                            "description": "The answers, in the order of the request.",
                            "headers": {_ATTRIBUTES["name"]: _SAID},
                            "content": {JSON: {"schema": answer_schema(header, columns, values)}},
                        },
                        # SageMaker's ModelError, around the container's 400.
                        "424": {"description": refused},
                    },
                }
            }
        },
        "security": [{"sigv4": []}],
        "components": {"securitySchemes": {"sigv4": _SIGNED}},
    }


def _component(name: str) -> dict[str, Any]:
    return {
        "name": "X-Amzn-SageMaker-Inference-Component",
        "in": "header",
        "required": True,
        "description": "Which predictor of the endpoint answers.",
        "schema": {"const": name},
    }


_ATTRIBUTES: Mapping[str, Any] = {
    "name": "X-Amzn-SageMaker-Custom-Attributes",
    "in": "header",
    "description": "Options, such as output=probabilities;on_error=row.",
    "schema": {"type": "string", "maxLength": 1024},
}
_SAID: Mapping[str, Any] = {
    "description": "What predicted, and how many cells hold categories that training did not see, "
    "such as engine=direct;unknown_categories=1;unknown_columns=city.",
    "schema": {"type": "string", "maxLength": 1024},
}
_SIGNED: Mapping[str, Any] = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "description": "AWS Signature Version 4 for the service sagemaker.",
    "x-amazon-apigateway-authtype": "awsSigv4",
}


def _value_schema(feature: FeatureHeader) -> dict[str, Any]:
    if feature.allowed:
        return {"enum": [*feature.allowed, *([None] if feature.nullable else [])]}
    if feature.kind is None:
        return {}
    kind = _TYPES[feature.kind]
    schema: dict[str, Any] = {"type": [kind, "null"] if feature.nullable else kind}
    if feature.categories:
        schema["examples"] = list(feature.categories[:_MOST_EXAMPLES])
    elif feature.examples:
        schema["examples"] = list(feature.examples)
    elif feature.kind == "datetime":
        schema["examples"] = [_EXAMPLES["datetime"]]
    return schema

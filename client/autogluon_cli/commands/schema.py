"""Describe what a predictor's endpoint takes and answers: `agcdk schema PREDICTOR`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.versions import live_or_latest
from autogluon_cli.terminal.output import print_json, print_table

if TYPE_CHECKING:
    from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader

_DOCUMENTS = ("json-schema", "openapi", "example")
_MOST_VALUES = 4


@click.command(cls=Command)
@predictor_argument()
@click.option("--model", default=None, metavar="VERSION", help="A version number, latest, or live.")
@click.option(
    "--print",
    "document",
    type=click.Choice(_DOCUMENTS),
    help="Print only the JSON Schema of a request, an OpenAPI document, or an example request.",
)
@pass_invocation
def schema(invocation: Invocation, predictor: str, model: str | None, document: str | None) -> None:
    """Describe the input of PREDICTOR's live model, or of the latest if none is live.

    A request of the content type application/json is a list of records; --print example prints
    one that the endpoint answers. With --json all documents are printed.
    """
    from autogluon_client.registry.versions import feature_schema_of

    deployed_predictor(invocation, predictor)
    otherwise = f"agcdk schema {predictor} --model latest"
    package = live_or_latest(invocation, predictor, model, otherwise=otherwise)
    header = feature_schema_of(invocation.connection, package)
    documents = _documents(invocation, predictor, header)
    if document is not None:
        print_json(documents[document])
    elif invocation.as_json:
        version = package["ModelPackageVersion"]
        named = {name.replace("-", "_"): content for name, content in documents.items()}
        print_json({"predictor": predictor, "version": version, **named})
    else:
        _print(invocation, predictor, package["ModelPackageVersion"], header)


def _documents(
    invocation: Invocation, predictor: str, header: FeatureSchemaHeader
) -> dict[str, Any]:
    from autogluon_client.endpoint.input_schema import openapi, request_schema
    from autogluon_client.predictors.predictor_types import predictor_type

    kind = predictor_type(header.type)
    example = kind.example_request(header)
    runtime = invocation.client("sagemaker-runtime")
    name = invocation.connection.deployment.endpoint_name(predictor)
    # A predictor without an endpoint may get one.
    declared = invocation.connection.spec(predictor)["endpoint"] or {}
    shared = (declared.get("component") or {}).get("shared_endpoint")
    contents = (
        request_schema(header),
        openapi(
            header,
            columns=kind.answer_columns(header, "both"),
            example=example,
            endpoint=shared or name,
            component=None if shared is None else name,
            url=runtime.meta.endpoint_url,
            values=kind.answer_values(header),
        ),
        example,
    )
    return dict(zip(_DOCUMENTS, contents, strict=True))


def _print(
    invocation: Invocation, predictor: str, version: int, header: FeatureSchemaHeader
) -> None:
    from autogluon_client.predictors.predictor_types import predictor_type

    answer = ", ".join(predictor_type(header.type).answer_columns(header, "both"))
    print_table(
        f"What version {version} of {predictor} takes; it answers {answer}",
        ("column", "kind", "may be missing", "values"),
        [(item.name, item.kind, item.nullable, _values(item)) for item in header.features],
        empty="It takes no columns.",
    )
    command = invocation.command(f"schema {predictor} --print example")
    click.echo(f"A request that it answers: {command} > request.json")


def _written(value: Any) -> str:
    """Return an example as people write it; a request takes it so, too."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _values(feature: FeatureHeader) -> str:
    from autogluon_client.endpoint.input_schema import example_value

    if feature.allowed:
        return f"only {', '.join(map(str, feature.allowed))}"
    if not feature.categories:
        examples = feature.examples or (example_value(feature),)
        return f"such as {', '.join(map(_written, examples))}"
    first = ", ".join(feature.categories[:_MOST_VALUES])
    more = len(feature.categories) - _MOST_VALUES
    return first if more <= 0 else f"{first} and {more} more"

"""Read a template from JSON or YAML, with YAML's short forms (`!Ref`, `!GetAtt` ...).

cfn-lint's decoder reads them too, but it is a development tool here, not a dependency of the
embedded AWS, and its nodes and errors would need as much code to translate.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from embedded_aws.cloudformation.errors import validation_error

_SHORT_FORMS = (
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAZs",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "Transform",
)


class _TemplateLoader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML as CloudFormation reads it: dates stay text (`Version: 2012-10-17`)."""


_TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _construct(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    raise yaml.constructor.ConstructorError(None, None, "unknown node", node.start_mark)


def _construct_get_att(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    value = _construct(loader, node)
    return {"Fn::GetAtt": value.split(".", 1) if isinstance(value, str) else value}


for _name in _SHORT_FORMS:
    _TemplateLoader.add_constructor(
        f"!{_name}",
        lambda loader, node, name=_name: {f"Fn::{name}": _construct(loader, node)},
    )
for _name in ("Ref", "Condition"):
    _TemplateLoader.add_constructor(
        f"!{_name}", lambda loader, node, name=_name: {name: _construct(loader, node)}
    )
_TemplateLoader.add_constructor("!GetAtt", _construct_get_att)


def read_document(body: str) -> dict[str, Any]:
    """Return the template as a dictionary. Raises ApiError (ValidationError) when unreadable."""
    try:
        if body.lstrip().startswith("{"):
            document = json.loads(body)
        else:
            # A subclass of SafeLoader: builds plain values only.
            document = yaml.load(body, Loader=_TemplateLoader)  # noqa: S506
    except json.JSONDecodeError as error:
        raise validation_error(f"Template format error: JSON not well-formed. ({error})") from error
    except yaml.YAMLError as error:
        detail = " ".join(str(error).split())
        raise validation_error(
            f"Template format error: YAML not well-formed. ({detail})"
        ) from error
    if not isinstance(document, dict):
        raise validation_error("Template format error: unsupported structure.")
    return document

"""What every kind of policy document has in common: readable statements.

Source: IAM user guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy
language".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.session import get_session

_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_ARN = re.compile(r"arn:[a-z*?][a-z0-9*?-]*:[A-Za-z0-9*?-]+:[^:]*:[^:]*:.+", re.DOTALL)

_WILD = frozenset("*?")
_PARTITIONS = frozenset(get_session().get_available_partitions())


class DocumentError(Exception):
    """A document that its service refuses; the text is the service's sentence."""


def statements_of(text: str) -> list[Mapping[str, Any]]:
    """Return the statements of a document.

    Raises:
        DocumentError: it is not an object with statements.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        raise DocumentError("This policy contains invalid Json") from None
    if not isinstance(document, Mapping):
        raise DocumentError("Syntax errors in policy.")
    if unknown := sorted(set(document) - _ELEMENTS):
        raise DocumentError(f"Syntax errors in policy: unknown element {unknown[0]!r}.")
    found = document.get("Statement")
    statements = [found] if isinstance(found, Mapping) else found
    if not isinstance(statements, list) or not statements:
        raise DocumentError("Syntax errors in policy: it has no Statement.")
    if not all(isinstance(statement, Mapping) for statement in statements):
        raise DocumentError("Syntax errors in policy: a Statement is not an object.")
    return statements


def refuse_repeated_ids(statements: Sequence[Mapping[str, Any]]) -> None:
    """Raise DocumentError when two statements have one Sid."""
    ids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    if len(ids) != len(set(map(str, ids))):
        raise DocumentError("Statement IDs (SID) in a single policy must be unique.")


def texts(value: Any) -> list[str]:
    """Return the members of an element that is one text or a list of texts."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def actions(statement: Mapping[str, Any]) -> list[str]:
    """Return the actions of Action or NotAction.

    Raises:
        DocumentError: there are none, or one has no service in front.
    """
    found = texts(statement.get("Action", statement.get("NotAction")))
    if not found:
        raise DocumentError("Policy statement must contain actions.")
    for action in found:
        if not _ACTION.fullmatch(action):
            raise DocumentError(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
            )
    return found


def resources(statement: Mapping[str, Any]) -> list[str]:
    """Return the resources of Resource or NotResource.

    Raises:
        DocumentError: there are none, or one is not an ARN.
    """
    found = texts(statement.get("Resource", statement.get("NotResource")))
    if not found:
        raise DocumentError("Policy statement must contain resources.")
    for resource in found:
        if resource == "*":
            continue
        if not _ARN.fullmatch(resource):
            raise DocumentError(f'Resource {resource} must be in ARN format or "*".')
        partition = resource.split(":")[1]
        if not (_WILD & set(partition) or partition in _PARTITIONS):
            raise DocumentError(f'Partition "{partition}" is not valid for resource "{resource}".')
    return found


def principals(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give (kind, name) of each principal; `("AWS", "*")` for everyone.

    Raises:
        DocumentError: there is no Principal.
    """
    element = statement.get("Principal", statement.get("NotPrincipal"))
    if element is None:
        raise DocumentError("Missing required field Principal")
    if element == "*":
        yield "AWS", "*"
        return
    if isinstance(element, Mapping):
        for kind, names in element.items():
            for name in texts(names):
                yield str(kind), name

"""DynamoDB's requests: the tables of batches and transactions, and the `dynamodb:` keys.

Sources: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control" and
"Amazon DynamoDB Transactions: IAM for transactions" (each item needs its own action).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy.context import Value
from embedded_aws.iam.requirements.arns import arn
from embedded_aws.iam.requirements.model import Requirement

_TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_EQUALS = re.compile(r"([#\w.-]+)\s*=\s*(:\w+)")


def transaction_requirements(call: ApiCall, state: MotoState) -> list[Requirement]:
    """Return what each item of TransactWriteItems or TransactGetItems needs."""
    return [
        Requirement(
            f"dynamodb:{_TRANSACTED[kind]}",
            _table_arn(call, str(inner.get("TableName"))),
            {
                "dynamodb:LeadingKeys": list(
                    _of_request(call, state, str(inner.get("TableName")), inner)
                ),
                "dynamodb:EnclosingOperation": call.operation,
            },
        )
        for item in call.params.get("TransactItems") or ()
        for kind, inner in item.items()
    ]


def tables_of_batch(call: ApiCall) -> list[str] | None:
    """Return the ARNs of the tables of BatchGetItem or BatchWriteItem; None for other calls."""
    asked = call.params.get("RequestItems")
    return [_table_arn(call, name) for name in asked] if asked else None


def _table_arn(call: ApiCall, name: str) -> str:
    return name if name.startswith("arn:") else arn(call, "dynamodb", f"table/{name}")


def dynamodb_context(call: ApiCall, state: MotoState) -> dict[str, Value | None]:
    """Return the partition keys that a request names, and what it asks to get back.

    The key is absent where a request names no partition key (a Scan), as on AWS.
    """
    leading = list(dict.fromkeys(_leading_keys(call, state)))
    params = call.params
    return {
        "dynamodb:LeadingKeys": leading or None,
        "dynamodb:Select": params.get("Select"),
        "dynamodb:ReturnValues": params.get("ReturnValues"),
        "dynamodb:ReturnConsumedCapacity": params.get("ReturnConsumedCapacity"),
    }


def _leading_keys(call: ApiCall, state: MotoState) -> Iterator[str]:
    params = call.params
    table = params.get("TableName")
    if isinstance(table, str):
        yield from _of_request(call, state, table, params)
    for name, asked in (params.get("RequestItems") or {}).items():
        for request in asked.get("Keys", ()) if isinstance(asked, Mapping) else asked:
            inner = request.get("PutRequest") or request.get("DeleteRequest") or {"Key": request}
            yield from _of_request(call, state, name, inner)


def _of_request(
    call: ApiCall, state: MotoState, table: str, request: Mapping[str, Any]
) -> Iterator[str]:
    key = state.partition_key(table.rpartition("/")[2], call.region)
    if key is None:
        return
    for attributes in (request.get("Key"), request.get("Item")):
        if attributes and key in attributes:
            yield _text(attributes[key])
    condition = (request.get("KeyConditions") or {}).get(key)
    if condition is not None:
        yield from (_text(value) for value in condition["AttributeValueList"])
    names = request.get("ExpressionAttributeNames") or {}
    values = request.get("ExpressionAttributeValues") or {}
    for name, value in _EQUALS.findall(request.get("KeyConditionExpression") or ""):
        if names.get(name, name) == key and value in values:
            yield _text(values[value])


def _text(value: Mapping[str, Any]) -> str:
    [content] = value.values()
    return content.decode("latin-1") if isinstance(content, bytes) else str(content)

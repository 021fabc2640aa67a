"""The List* operations: filter, sort and page every kind of resource."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from embedded_aws.gateway import ApiCall
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.state import Record

_DEFAULT_PAGE = 10  # SageMaker's own, small enough to meet pagination early

R = TypeVar("R", bound=Record)
_SORT_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "CreationTime": lambda record: record.created,
    "LastModifiedTime": lambda record: record.modified,
    "Name": lambda record: record.name,
    "Status": lambda record: record.status,
}


def list_page(
    call: ApiCall,
    records: Iterable[R],
    result_key: str,
    summarize: Callable[[R], dict[str, Any]],
    *,
    sort_by: str = "CreationTime",
    descending: bool = True,
    sort_keys: Mapping[str, Callable[[R], Any]] | None = None,
) -> dict[str, Any]:
    """Answer a List* call: `{result_key: [summaries], "NextToken": ...}`.

    Args:
        sort_by: the operation's default SortBy.
        descending: the operation's default SortOrder.
        sort_keys: further values of SortBy, and what they sort by.
    """
    params = call.params
    chosen = [record for record in records if _matches(record, params)]
    order = params.get("SortOrder")
    chosen.sort(
        key={**_SORT_KEYS, **(sort_keys or {})}[params.get("SortBy", sort_by)],
        reverse=descending if order is None else order == "Descending",
    )
    start = _decode(params.get("NextToken"))
    end = start + params.get("MaxResults", _DEFAULT_PAGE)
    answer: dict[str, Any] = {result_key: [summarize(record) for record in chosen[start:end]]}
    if end < len(chosen):
        answer["NextToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return answer


def _matches(record: Record, params: dict[str, Any]) -> bool:
    conditions: dict[str, Callable[[Any], bool]] = {
        "NameContains": lambda text: text.lower() in record.name.lower(),
        "StatusEquals": lambda status: record.status == status,
        "CreationTimeAfter": lambda time: record.created > _in_utc(time),
        "CreationTimeBefore": lambda time: record.created < _in_utc(time),
        "LastModifiedTimeAfter": lambda time: record.modified > _in_utc(time),
        "LastModifiedTimeBefore": lambda time: record.modified < _in_utc(time),
    }
    return all(
        holds(params[name]) for name, holds in conditions.items() if params.get(name) is not None
    )


def _in_utc(moment: datetime) -> datetime:
    """Return a request's moment; moto reads those of JSON as UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _decode(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error):
        raise invalid(f"Invalid NextToken {token!r}.") from None

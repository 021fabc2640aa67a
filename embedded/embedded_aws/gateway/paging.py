"""Pages of the lists that moto answers whole although the request asks for a page of a size."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.parsers import ResponseParserError, create_parser
from moto.core.model import OperationModel

from embedded_aws.gateway.api_call import ApiCall
from embedded_aws.gateway.parsing import protocol_of

Headers = list[tuple[str, str]]
_BEGIN = "embedded-page-{}"
_IS_BEGIN = re.compile(r"embedded-page-(\d+)")
# moto leaves out what is beyond the size, without a token for the rest.
_SHORTENED = {("s3", "ListBuckets"): "max-buckets"}


class _Paging(NamedTuple):
    """How a request asks for a page of a list, as botocore's paginator does."""

    size: str
    tokens: tuple[str, ...]
    next_tokens: tuple[str, ...]
    items: tuple[str, ...]
    has_more: str | None


def ask_for_all(call: ApiCall, environ: dict[str, Any]) -> dict[str, Any]:
    """Return the request without the size, where moto would drop the rest of the list."""
    parameter = _SHORTENED.get((call.service, call.operation))
    if parameter is None:
        return environ
    kept = [pair for pair in parse_qsl(environ["QUERY_STRING"], True) if pair[0] != parameter]
    return environ | {"QUERY_STRING": urlencode(kept)}


def asks_for_page(call: ApiCall) -> bool:
    """Return whether a list is asked for in pages of a size, or from a token of `cut_page` on."""
    paging = _pagings(call.service).get(call.operation)
    if paging is None:
        return False
    start = _start(call.params.get(paging.tokens[0]))
    return start is not None and (start > 0 or paging.size in call.params)


def cut_page(
    call: ApiCall, operation_model: OperationModel, status: int, headers: Headers, body: bytes
) -> dict[str, Any] | None:
    """Return the members of the page asked for; None where moto's answer is the page.

    It is where the list is not longer, and where it ends with a token of moto's.

    Args:
        call: one that asks for a page.
        status: moto's, as are the headers and the body.
    """
    paging = _pagings(call.service)[call.operation]
    members = _members(call, operation_model, status, headers, body)
    items = _found(members, paging.items)
    if items is None or any(members.get(name) for name in paging.next_tokens):
        return None
    start = _start(call.params.get(paging.tokens[0])) or 0
    size = call.params.get(paging.size)
    end = len(items) if size is None else start + size
    if start == 0 and end >= len(items):
        return None
    _replace(members, paging.items, items[start:end])
    is_last = end >= len(items)
    if paging.has_more is not None:
        members[paging.has_more] = not is_last
    for name in paging.next_tokens:
        members.pop(name, None)
        if not is_last:
            members[name] = _BEGIN.format(end)
    return members


@functools.cache
def _pagings(service: str) -> Mapping[str, _Paging]:
    """Return how the lists of a service are paged, by operation."""
    try:
        known = botocore.session.get_session().get_paginator_model(service)._paginator_config
    except UnknownServiceError:
        return {}
    return {
        operation: _Paging(
            size=config["limit_key"],
            tokens=_names(config["input_token"]),
            next_tokens=tuple(name.split(" || ")[0] for name in _names(config["output_token"])),
            items=tuple(_names(config["result_key"])[0].split(".")),
            has_more=config.get("more_results"),
        )
        for operation, config in known.items()
        if "limit_key" in config
    }


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _start(token: Any) -> int | None:
    """Return where the page begins; None for a token of moto's."""
    if not token:
        return 0
    own = _IS_BEGIN.fullmatch(str(token))
    return None if own is None else int(own[1])


def _members(
    call: ApiCall, operation_model: OperationModel, status: int, headers: Headers, body: bytes
) -> dict[str, Any]:
    response = {"status_code": status, "headers": dict(headers), "body": body}
    parser = create_parser(protocol_of(operation_model, call.request))
    try:
        members: dict[str, Any] = parser.parse(response, operation_model.output_shape)
    except ResponseParserError:
        return {}
    members.pop("ResponseMetadata", None)
    return members


def _found(members: Mapping[str, Any], path: tuple[str, ...]) -> list[Any] | None:
    value: Any = members
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else None


def _replace(members: dict[str, Any], path: tuple[str, ...], items: list[Any]) -> None:
    for name in path[:-1]:
        members = members[name]
    members[path[-1]] = items

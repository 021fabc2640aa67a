"""Fn::Cidr: split an address block into smaller ones."""

from __future__ import annotations

import ipaddress
import itertools
from typing import Any

from embedded_aws.cloudformation.errors import validation_error


def subnets(block: Any, count: Any, host_bits: Any) -> list[str]:
    """Return the first `count` blocks with `host_bits` bits for hosts.

    Raises:
        ApiError: ValidationError when they do not fit, or when the block is not one.
    """
    try:
        network = ipaddress.ip_network(str(block))
        parts = network.subnets(new_prefix=network.max_prefixlen - int(host_bits))
        found = [str(part) for part in itertools.islice(parts, int(count))]
    except ValueError as error:
        raise validation_error(f"Template error: Fn::Cidr: {error}.") from error
    if len(found) < int(count):
        raise validation_error(f"Template error: Fn::Cidr cannot fit {count} into {block}.")
    return found

"""Generate names for resources that the template leaves unnamed."""

from __future__ import annotations

import re
import secrets
import string

_RANDOM_LENGTH = 12
_ALPHABET = string.ascii_letters + string.digits


def physical_name(
    stack_name: str,
    logical_id: str,
    *,
    max_length: int,
    charset: str = "A-Za-z0-9-",
    lower: bool = False,
) -> str:
    """Return `<stack>-<logical id>-<12 random characters>`, its first two parts shortened.

    Args:
        max_length: the type's limit, at least 20.
        charset: allowed characters as in a regular expression's brackets; others become `-`.
        lower: lower-case letters only.
    """
    suffix = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    room = max_length - _RANDOM_LENGTH - 2
    logical_room = min(len(logical_id), max(room // 2, room - len(stack_name)))
    stack_part = stack_name[: room - logical_room]
    name = f"{stack_part}-{logical_id[:logical_room]}-{suffix}"
    name = re.sub(f"[^{charset}]", "-", name.lower() if lower else name)
    return re.sub("-{2,}", "-", name).strip("-")

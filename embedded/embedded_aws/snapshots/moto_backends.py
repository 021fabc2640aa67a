"""The state of the services that moto keeps: one object per service, account and region."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from moto.core.base_backend import BackendDict
from moto.iam.models import IAMBackend

_PREFIX = "moto"


def moto_states() -> dict[str, dict[str, Any]]:
    """Return the attributes of every backend in use, by `moto:<module>:<account>:<region>`."""
    return {name: vars(backend) for name, backend in _in_use().items()}


def moto_references() -> dict[str, object]:
    """Return the backends in use by the same names, since their state refers to each other."""
    return dict(_in_use())


def bucket_owners() -> dict[str, Any]:
    """Return S3's register of all buckets, which is outside its backends."""
    from moto.s3.models import s3_backends

    owners: dict[str, Any] = s3_backends.bucket_accounts
    return owners


def make_backends(names: list[str]) -> dict[str, object]:
    """Make the backends of a snapshot, empty, and return them by name."""
    made: dict[str, object] = {}
    for name in names:
        _, module, account, region = name.split(":")
        made[name] = _backends_of(module)[account][region]
    return made


def put_back(states: Mapping[str, dict[str, Any]], backends: Mapping[str, object]) -> None:
    """Give every backend its saved attributes."""
    for name, state in states.items():
        attributes = vars(backends[name])
        attributes.clear()
        attributes.update(state)


def _in_use() -> dict[str, Any]:
    return {
        f"{_PREFIX}:{type(backend).__module__}:{account}:{region}": backend
        for backends in list(BackendDict._instances)
        for account, regions in list(backends.items())
        for region, backend in list(regions.items())
        if not _is_empty_iam(backend)
    }


def _is_empty_iam(backend: Any) -> bool:
    """Return whether it holds AWS's own policies only, as those of other partitions do.

    moto fills one with 1,600 policies for each partition that exists.
    """
    if not isinstance(backend, IAMBackend):
        return False
    entities = (backend.roles, backend.users, backend.groups, backend.instance_profiles)
    own_policies = len(backend.managed_policies) > len(backend.aws_managed_policies)
    return not any(entities) and not own_policies


def _backends_of(module: str) -> Any:
    """Return the BackendDict in a module of moto, such as `moto.sqs.models`."""
    for value in vars(importlib.import_module(module)).values():
        if isinstance(value, BackendDict) and value.backend.__module__ == module:
            return value
    raise LookupError(f"{module} has no backends")

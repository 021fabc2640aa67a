"""How requests name each service that botocore knows: signing name, target prefix, version.

The index is a file, written by `python -m scripts.service_index` from botocore's models: reading
the heads of 445 models takes most of a second.
"""

from __future__ import annotations

import csv
import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

INDEX_FILE = Path(__file__).with_name("service_index.csv")


@dataclass(frozen=True)
class ServiceNames:
    """The names under which requests address one service."""

    service: str  # botocore's name: "stepfunctions"
    signing_name: str  # "states"
    protocols: tuple[str, ...]
    target_prefix: str  # "AWSStepFunctions"; empty where requests have no X-Amz-Target
    api_version: str  # "2016-11-23"; form requests name it as Version

    @property
    def is_rest(self) -> bool:
        """Return whether the request's path names the operation."""
        return any(protocol.startswith("rest-") for protocol in self.protocols)

    @property
    def takes_forms(self) -> bool:
        """Return whether a form's Action names the operation."""
        return not {"query", "ec2"}.isdisjoint(self.protocols)


class ServiceIndex:
    """Finds services by what requests say."""

    def __init__(self, services: Iterable[ServiceNames]) -> None:
        self.by_name = {each.service: each for each in services}
        self._by_signing_name: dict[str, list[ServiceNames]] = defaultdict(list)
        self._by_target_prefix: dict[str, list[ServiceNames]] = defaultdict(list)
        for each in self.by_name.values():
            self._by_signing_name[each.signing_name].append(each)
            if each.target_prefix:
                self._by_target_prefix[each.target_prefix].append(each)

    def signed_for(self, signing_name: str) -> list[ServiceNames]:
        """Return the services that share a signing name; none when it is unknown."""
        return self._by_signing_name.get(signing_name, [])

    def targeted_by(self, target_prefix: str) -> list[ServiceNames]:
        """Return the services whose X-Amz-Target begins with this prefix."""
        return self._by_target_prefix.get(target_prefix, [])


@functools.cache
def service_index() -> ServiceIndex:
    """Return the index of every service that the pinned botocore has a model of."""
    with INDEX_FILE.open(newline="") as file:
        return ServiceIndex(
            ServiceNames(
                service=row["service"],
                signing_name=row["signing_name"],
                protocols=tuple(row["protocols"].split()),
                target_prefix=row["target_prefix"],
                api_version=row["api_version"],
            )
            for row in csv.DictReader(file)
        )

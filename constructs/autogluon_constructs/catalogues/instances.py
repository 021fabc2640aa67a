"""Look up SageMaker instance types: size, uses and price.

`instances.csv` covers the common x86-64 families (t2, t3, m5, m5d, m6i, m7i, c5, c5d, c6i, c7i,
r5, r5d, r6i, r7i, g4dn, g5, g6, p3, p4d, p5); it is not the whole of SageMaker's list. Which use a
type admits comes from the API model of botocore (November 2026). Prices are on-demand, us-east-1,
written from memory of AWS's price list: estimates, good to some 10 %.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from autogluon_contracts.suggestions import nearest

Use = Literal["training", "hosting", "transform", "processing", "notebook"]

PRICES_AS_OF = "2026-11"
PRICES_SOURCE = "AWS price list for us-east-1, from memory: an estimate"

ELASTIC_INFERENCE = (
    "Elastic Inference is retired; choose a smaller or larger CPU type, a GPU instance_type such "
    "as 'ml.g4dn.xlarge', or mode 'serverless'"
)
"""What replaces the accelerators of endpoints."""

_GRAVITON = re.compile(r"ml\.(?P<letter>[a-z])(?P<generation>\d+)g[a-z]*\.(?P<size>\w+)")
_ELASTIC_INFERENCE = re.compile(r"(ml\.)?eia\d")
_NEURON = re.compile(r"ml\.(inf|trn)\d")


@dataclass(frozen=True)
class InstanceType:
    """One row of the catalogue."""

    name: str
    vcpus: int
    memory_gib: int
    gpus: int
    accelerator: str | None
    local_nvme_gb: int
    uses: frozenset[str]
    usd_per_hour: float

    @property
    def processor(self) -> Literal["cpu", "gpu"]:
        """Which variant of an image it runs."""
        return "gpu" if self.gpus else "cpu"

    @property
    def has_local_nvme(self) -> bool:
        """Return whether SageMaker refuses a volume key: instance stores encrypt themselves."""
        return self.local_nvme_gb > 0


@cache
def instance_types() -> Mapping[str, InstanceType]:
    """Return the catalogue by name, in the order of the file."""
    text = files(__package__).joinpath("instances.csv").read_text(encoding="utf-8")
    return {row["name"]: _parse(row) for row in csv.DictReader(text.splitlines())}


def why_unusable(name: str, use: Use) -> str | None:
    """Return why an instance type cannot be used so, with one that can; None when it can."""
    known = instance_types().get(name)
    if known is not None and use in known.uses:
        return None
    if _GRAVITON.fullmatch(name):
        return (
            "Graviton (arm64) types cannot run the AutoGluon images, which are x86-64; "
            f"use e.g. '{_x86_sibling(name, use)}'"
        )
    if _ELASTIC_INFERENCE.match(name):
        if use == "hosting":
            return ELASTIC_INFERENCE
        return f"Elastic Inference is retired; use e.g. '{_default(use)}'"
    if _NEURON.match(name):
        return f"AutoGluon cannot use AWS Neuron accelerators; use e.g. '{_default(use)}'"
    if known is not None:
        return f"SageMaker does not offer it for {use}; use e.g. '{_sibling(known, use)}'"
    return f"not in the instance catalogue; the nearest for {use} is '{_nearest(name, use)}'"


def _parse(row: Mapping[str, str]) -> InstanceType:
    return InstanceType(
        name=row["name"],
        vcpus=int(row["vcpus"]),
        memory_gib=int(row["memory_gib"]),
        gpus=int(row["gpus"]),
        accelerator=row["accelerator"] or None,
        local_nvme_gb=int(row["local_nvme_gb"]),
        uses=frozenset(use for use in get_args(Use) if row[use] == "yes"),
        usd_per_hour=float(row["usd_per_hour"]),
    )


def _usable(use: Use) -> Iterable[InstanceType]:
    return (entry for entry in instance_types().values() if use in entry.uses)


def _default(use: Use) -> str:
    return min((e for e in _usable(use) if e.memory_gib >= 8), key=lambda e: e.usd_per_hour).name


def _x86_sibling(name: str, use: Use) -> str:
    match = _GRAVITON.fullmatch(name)
    if match is None:
        return _default(use)
    prefix = "g5" if match["letter"] == "g" else f"{match['letter']}6i"
    for family in (prefix, "m6i", "m5"):
        candidate = instance_types().get(f"ml.{family}.{match['size']}")
        if candidate is not None and use in candidate.uses:
            return candidate.name
    return _default(use)


def _sibling(known: InstanceType, use: Use) -> str:
    """Return the usable type nearest in memory, vCPUs and price, with as many GPUs."""
    return min(
        _usable(use),
        key=lambda e: (
            abs(e.gpus - known.gpus),
            abs(e.memory_gib - known.memory_gib),
            abs(e.vcpus - known.vcpus),
            e.usd_per_hour,
        ),
    ).name


def _nearest(name: str, use: Use) -> str:
    names = [entry.name for entry in _usable(use)]
    asked = name if name.startswith("ml.") else f"ml.{name}"
    return nearest(asked, names) or _default(use)

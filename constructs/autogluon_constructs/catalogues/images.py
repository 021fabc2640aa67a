"""Find the AutoGluon Deep Learning Container of a framework version and a processor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from autogluon_contracts.documents.predictor_spec import HostImages

Processor = Literal["cpu", "gpu"]


@dataclass(frozen=True)
class ImageName:
    """`<repository>:<tag>` in the registry of AWS's Deep Learning Containers."""

    repository: str
    tag: str


@dataclass(frozen=True)
class Image:
    """What a framework version means on one processor."""

    version: str
    python: str
    training: ImageName
    inference: ImageName
    ami: HostImages | None
    unsupported_accelerators: frozenset[str]


def find_image(framework_version: str, processor: Processor) -> Image:
    """Return the image of a version such as `1.6.3`, `1.6` or `latest`.

    Raises:
        LookupError: no image of that version exists; the message lists those that do.
    """
    entry = _find(framework_version)
    if entry is None:
        raise LookupError(f"no AutoGluon image of that version; allowed: {', '.join(_allowed())}")
    return _parse(entry, processor)


def serves_with_gunicorn(version: str) -> bool:
    """Return whether the image serves with Gunicorn, which takes arguments from its environment.

    Earlier images serve with another server, one request at a time in each worker.
    """
    major, minor, *_ = (int(part) for part in version.split("."))
    return (major, minor) >= (1, 6)


@cache
def _entries() -> Sequence[Mapping[str, Any]]:
    text = files(__package__).joinpath("images.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text))


def _find(framework_version: str) -> Mapping[str, Any] | None:
    if framework_version == "latest":
        return _entries()[0]
    for entry in _entries():
        if framework_version in (entry["version"], _minor(entry["version"])):
            return entry
    return None


def _minor(version: str) -> str:
    return version.rpartition(".")[0]


def _allowed() -> list[str]:
    return ["latest", *(name for e in _entries() for name in (_minor(e["version"]), e["version"]))]


def _parse(entry: Mapping[str, Any], processor: Processor) -> Image:
    variant = entry[processor]
    ami = variant.get("ami")
    return Image(
        version=entry["version"],
        python=entry["python"],
        training=_name(variant.get("training", variant)),
        inference=_name(variant.get("inference", variant)),
        ami=HostImages(**ami) if ami is not None else None,
        unsupported_accelerators=frozenset(variant.get("without", ())),
    )


def _name(entry: Mapping[str, str]) -> ImageName:
    return ImageName(repository=entry["repository"], tag=entry["tag"])

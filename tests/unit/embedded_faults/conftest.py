"""An embedded AWS in whose services faults happen, without children."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(
        image_python=Path("python-is-not-needed-here"), log=ActivityLog(io.StringIO())
    ) as aws:
        yield aws


@pytest.fixture
def aws(server: EmbeddedAws) -> Iterator[EmbeddedAws]:
    yield server
    server.faults.clear()

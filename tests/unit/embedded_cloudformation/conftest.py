"""A fresh imaginary account for each test; one real embedded AWS for those that need services."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud
from tests.unit.embedded_cloudformation.real_stack import Deployed


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    cloud = FakeCloud()
    yield cloud
    for close in cloud.close:
        close()


@pytest.fixture(scope="session")
def runtime() -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=Path("python-is-not-needed-here"),
        log=ActivityLog(io.StringIO()),
        services=(
            "iam",
            "eventbridge",
            "scheduler",
            "notifications",
            "alarms",
            "cloudformation",
        ),
    ) as aws:
        yield aws.runtime


@pytest.fixture
def stack(runtime: Runtime) -> Deployed:
    return Deployed(runtime)

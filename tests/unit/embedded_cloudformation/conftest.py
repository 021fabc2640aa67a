"""A fresh imaginary account for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    cloud = FakeCloud()
    yield cloud
    for close in cloud.close:
        close()

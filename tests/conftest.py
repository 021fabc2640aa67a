"""Settings of all tests."""

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the record of results which tests are long: `scripts.stages` writes these by file."""
    for item in items:
        if item.get_closest_marker("long"):
            item.user_properties.append(("long", True))

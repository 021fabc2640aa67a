"""What the full environment holds, as AutoGluon's container does."""

from __future__ import annotations

from importlib.metadata import version

import pytest


@pytest.mark.parametrize("package", ["tabular", "timeseries", "multimodal"])
def test_all_of_autogluon_is_there_in_the_images_version(package: str) -> None:
    assert version(f"autogluon.{package}") == "1.6.3"


def test_torch_computes() -> None:
    import torch

    assert torch.ones(3).sum().item() == 3

"""What the full environment holds, as AutoGluon's container does."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

_STARTUP = "embedded/embedded_aws/sagemaker/container/image/startup"


@pytest.mark.parametrize("package", ["tabular", "timeseries", "multimodal"])
def test_all_of_autogluon_is_there_in_the_images_version(package: str) -> None:
    assert version(f"autogluon.{package}") == "1.6.3"


def test_torch_computes() -> None:
    import torch

    assert torch.ones(3).sum().item() == 3


def test_multimodal_predictors_can_be_imported_with_the_startup_hook(tmp_path: Path) -> None:
    hook = Path(__file__).parents[3] / _STARTUP
    code = "from autogluon.multimodal import MultiModalPredictor; print(MultiModalPredictor.fit)"

    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={"PYTHONPATH": str(hook), "HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "function MultiModalPredictor.fit" in done.stdout, done.stderr

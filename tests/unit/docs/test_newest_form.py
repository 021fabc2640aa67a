"""The page's newest form is AutoGluon Cloud's own: its classes take every call of it."""

from __future__ import annotations

import subprocess

import pytest

from tests.pages import ROOT, first_block

_PEER_PYTHON = ROOT / ".venv-peer" / "bin" / "python"
_PAGE = "docs/how-to/coming-from-autogluon-cloud.md"

# Runs code with classes that do nothing, but refuse what the real ones' signatures do not take.
_SIGNATURES = """
import sys
from unittest.mock import create_autospec
from autogluon import cloud

endpoint = create_autospec(cloud.TabularEndpoint, instance=True)
endpoint.predict_proba.return_value = (None, None)
predictor = create_autospec(cloud.TabularCloudPredictor, instance=True)
predictor.deploy.return_value = endpoint
cloud.TabularEndpoint = create_autospec(cloud.TabularEndpoint, return_value=endpoint)
cloud.TabularCloudPredictor = create_autospec(cloud.TabularCloudPredictor, return_value=predictor)
exec(sys.stdin.read())
"""


def _fits_the_signatures(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_PEER_PYTHON, "-c", _SIGNATURES], input=code, capture_output=True, text=True
    )


def _with_the_other_import() -> str:
    code = first_block(_PAGE, "The newest form").text
    assert code.startswith("from autogluon_client import TabularCloudPredictor, TabularEndpoint")
    return code.replace("from autogluon_client import", "from autogluon.cloud import", 1)


def test_autogluon_cloud_takes_every_call_of_the_newest_form() -> None:
    done = _fits_the_signatures(_with_the_other_import())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ('predictor_init_args={"label"', 'init_args={"label"'),
        ("endpoint_name)", "endpoint_name, 1, 2)"),
    ],
)
def test_calls_that_autogluon_cloud_does_not_have_would_be_found(ours: str, theirs: str) -> None:
    code = _with_the_other_import()
    assert ours in code
    assert "TypeError" in _fits_the_signatures(code.replace(ours, theirs)).stderr

"""Synthesize an environment's app for a moment, to look at what comes out."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aws_cdk import App
from aws_cdk.cx_api import CloudAssembly

from autogluon_constructs.settings import Environment
from stacks.deployment import add_stacks

_ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def synthesized_app(settings: Environment) -> Iterator[tuple[App, CloudAssembly]]:
    """Give an app and its cloud assembly, whose folder is deleted afterwards.

    The CDK's own validation is left out: tests/infrastructure has each kind of environment
    validated.
    """
    context = json.loads((_ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    with tempfile.TemporaryDirectory() as folder:
        app = App(
            outdir=folder,
            analytics_reporting=False,
            context=context,
            builtin_cloud_formation_validation=False,
        )
        add_stacks(app, settings)
        yield app, app.synth()

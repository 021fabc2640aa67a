"""Synthesize the stacks of one environment, checked by cdk-nag."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent
# `cdk` runs this file from a checkout too, where the packages are not installed.
sys.path[:0] = [str(ROOT / folder) for folder in (".", "contracts", "constructs")]

from aws_cdk import App, Validations  # noqa: E402
from cdk_nag import AwsSolutionsChecks  # noqa: E402

from autogluon_constructs.errors import DeclarationError  # noqa: E402
from autogluon_constructs.settings import load_environment  # noqa: E402
from stacks.deployment import add_stacks  # noqa: E402


def main() -> None:
    """Synthesize the environment chosen by `-c environment=...` or AUTOGLUON_ENVIRONMENT.

    `-c config=<folder>` reads the settings from another folder than this project's.
    """
    app = App(analytics_reporting=False)
    chosen = app.node.try_get_context("environment") or os.environ.get("AUTOGLUON_ENVIRONMENT")
    folder = Path(app.node.try_get_context("config") or ROOT / "config")
    try:
        add_stacks(app, load_environment(chosen or "sandbox", folder))
    except DeclarationError as error:
        sys.exit(str(error))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


main()

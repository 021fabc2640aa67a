"""Put into the wheel what lies beside the packages: the CDK app, its context, entry points of jobs.

`autogluon_cli/deployment/project.py` and `autogluon_constructs/code/archives.py` find them there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

_ROOT = Path(__file__).parent
_FOLDER = "autogluon_cdk_project"
_FILES = ("app.py", "cdk.json", "package.json", "requirements-image.txt", "containers/*.py")


class BuildWithProject(build_py):
    """Copies the project's own files beside the packages, unless the install is editable."""

    def run(self) -> None:
        """Build the packages, then copy."""
        # An earlier build leaves modules here that the checkout no longer has.
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        if self.editable_mode:
            return
        for pattern in _FILES:
            for path in sorted(_ROOT.glob(pattern)):
                target = Path(self.build_lib) / _FOLDER / path.relative_to(_ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


setup(cmdclass={"build_py": BuildWithProject})

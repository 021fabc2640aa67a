"""Find out how far this machine lets a job have an `/opt/ml` and processes of its own."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).parent / "container" / "launcher.py"
_PROBE_SECONDS = 10.0


@dataclass(frozen=True)
class Isolation:
    """What the launcher sets up around a container; see its docstring for the parts."""

    parts: tuple[str, ...] = ()

    @property
    def has_opt_ml(self) -> bool:
        """Tell whether a container finds its folder at `/opt/ml`."""
        return "mounts" in self.parts

    def command(
        self,
        folder: Path,
        working_folder: str,
        argv: Sequence[str],
        *,
        read_only_model: bool,
        read_only_root: bool = False,
        hosts_file: Path | None = None,
    ) -> list[str]:
        """Return the command that runs `argv` in a container.

        Args:
            folder: what is `/opt/ml` inside.
            working_folder: as the container sees it.
            read_only_model: write-protect `/opt/ml/model`.
            read_only_root: write-protect all but `/tmp` and the rest of `/opt/ml`.
            hosts_file: what is `/etc/hosts` inside.
        """
        parts = list(self.parts)
        if read_only_model and self.has_opt_ml:
            parts.append("read-only-model")
        if read_only_root and self.has_opt_ml:
            parts.append("read-only-root")
        if hosts_file is not None and self.has_opt_ml:
            parts.append(f"hosts={hosts_file}")
        # Neither the caller's Python settings nor packages: it starts in 20 ms.
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
        return [*launcher, ",".join(parts), str(folder), working_folder, *argv]


NONE = Isolation()
# The first that works is taken. Root needs no user namespace, and without one it keeps its rights
# to files of others. A new /proc, without which process numbers inside would mislead, is forbidden
# where parts of the old one are hidden, as in most containers. Some machines forbid overlays too,
# as old kernels do: without one, all containers share the machine's /tmp.
CHOICES = tuple(
    Isolation((*parts, *tmp))
    for parts in (
        ("mounts", "pids"),
        ("users", "mounts", "pids"),
        ("mounts",),
        ("users", "mounts"),
    )
    for tmp in (("own-tmp",), ())
)


@functools.cache
def find_isolation() -> Isolation:
    """Return the best isolation that works on this machine, tried once a process."""
    if sys.platform != "linux":
        return NONE
    with tempfile.TemporaryDirectory(prefix="embedded-aws-probe-") as folder:
        (Path(folder) / "model").mkdir()
        return next((choice for choice in CHOICES if works(choice, Path(folder))), NONE)


def works(isolation: Isolation, folder: Path) -> bool:
    """Tell whether this machine lets the launcher do it; `folder` has an empty folder `model`."""
    probe = ["test", "-d", "/opt/ml/model"]
    argv = isolation.command(folder, "/opt/ml", probe, read_only_model=True)
    try:
        # The launcher ends when its input does.
        with subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as child:
            try:
                return child.wait(_PROBE_SECONDS) == 0
            except subprocess.TimeoutExpired:
                child.kill()
                return False
    except OSError:
        return False

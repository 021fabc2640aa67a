"""Start a container's program where `/opt/ml` is its job's folder, and end with its starter.

    python -I -S launcher.py <isolation> <folder> <working folder> <program> [argument ...]

It runs as a script of its own, and all of a container below it. The isolation lists, separated by
commas:

- `users`: a user namespace, in which the user keeps the number that it has outside;
- `mounts`: a mount namespace, in which the folder is `/opt/ml`, invisible outside;
- `own-tmp`: there, what is written to `/tmp` is kept in memory and seen by the container alone;
- `read-only-model`: there, `/opt/ml/model` cannot be written;
- `read-only-root`: there, only `/tmp` and `/opt/ml` can be, and `/dev/shm` not at all;
- `pids`: a process namespace. Its first process only waits for the program, and when it ends, the
  kernel ends every process of the namespace, whatever session they moved to;
- `hosts=<file>`, which comes last: in the mount namespace, the file is `/etc/hosts`.

Standard input is a pipe that the starter never writes to. When it closes, because the starter
stops the container or has died, however it died, everything here ends. SIGTERM and SIGINT are
passed on to the program and its children.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import select
import signal
import stat
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

OPT_ML = "/opt/ml"
_WRITABLE, _SHARED_MEMORY = "/tmp", "/dev/shm"  # noqa: S108 - the container's own
_NOT_STARTED = 127  # what shells and container engines report when a program cannot be executed
# Of <sched.h>, <sys/mount.h> and <sys/prctl.h>.
_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWPID = 0x20000, 0x10000000, 0x20000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LINUX = sys.platform == "linux"
_FORWARDED = (signal.SIGTERM, signal.SIGINT)


def main(argv: Sequence[str]) -> NoReturn:
    """Run the program; exits as it does, or with 128 + the signal that ended it."""
    isolation, folder, working_folder, *command = argv
    names, hosts, file = isolation.partition("hosts=")
    parts = {*filter(None, names.split(",")), *([hosts + file] if hosts else [])}
    if parts:
        _unshare(parts)
    if "pids" in parts:
        _run_in_own_processes(folder, working_folder, command, parts)
    if "mounts" in parts:
        _mount(folder, parts)
    _run(working_folder, command)


def _run_in_own_processes(
    folder: str, working_folder: str, command: Sequence[str], parts: set[str]
) -> NoReturn:
    """Wait for the first process of a process namespace, with which all others end."""
    first = os.fork()
    if first == 0:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if select.select([0], [], [], 0)[0]:  # the parent died before prctl took effect
            os._exit(1)
        _mount(folder, parts)
        _be_first(working_folder, command)
    # Its death ends the first process, and with that the namespace. (Here, /proc is the new one.)
    _exit_as(_follow(first, end=lambda: None))


def _be_first(working_folder: str, command: Sequence[str]) -> NoReturn:
    """Be the first process of a process namespace: wait for the program, reap all others.

    The kernel keeps signals without a handler from it.
    """
    os.setpgid(0, 0)
    program = os.fork()
    if program == 0:
        _execute(working_folder, command)
    _close_all_but_output()
    while True:
        ended, status = os.wait()
        if ended == program:
            _exit_as(status)


def _run(working_folder: str, command: Sequence[str]) -> NoReturn:
    """Run the program without a process namespace, and end its descendants after it."""
    if _LINUX:
        # The starter's death must leave the time to end all descendants: the pipe reports it.
        _prctl(_PR_SET_PDEATHSIG, 0)
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)  # orphans become children of this process
    launcher = os.getpid()
    program = os.fork()
    if program == 0:
        os.setpgid(0, 0)
        if _LINUX:
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != launcher:
            os._exit(1)
        _execute(working_folder, command)
    status = _follow(program, end=lambda: _end_descendants(program))
    _end_descendants(program)
    _exit_as(status)


def _follow(child: int, end: Callable[[], None]) -> int:
    """Wait for a child and return its status; pass signals on to its group meanwhile.

    When the starter closes the pipe, `end` and exit.
    """
    with contextlib.suppress(OSError):  # the child has executed its program, or has ended
        os.setpgid(child, child)
    _close_all_but_output()

    def forward(number: int, _: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, number)

    for number in _FORWARDED:
        signal.signal(number, forward)
    # A process whose children are in another namespace can start no thread that would wait.
    awoken, awake = os.pipe()
    os.set_blocking(awake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(awake)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        ready = select.select([0, awoken], [], [])[0]
        if awoken in ready:
            os.read(awoken, 512)
        if 0 in ready and not os.read(0, 64):
            end()
            os._exit(128 + signal.SIGKILL)


def _execute(working_folder: str, command: Sequence[str]) -> NoReturn:
    """Become the program, with the signals and the input that a container's program finds."""
    for number in (*_FORWARDED, signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores the last two
        signal.signal(number, signal.SIG_DFL)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    try:
        os.chdir(working_folder)
        os.execvp(command[0], list(command))  # noqa: S606 - a container's own program
    except OSError as error:
        os.write(2, f"exec {command[0]!r}: {error.strerror}\n".encode())
    os._exit(_NOT_STARTED)


def _exit_as(status: int) -> NoReturn:
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _close_all_but_output() -> None:
    """Close a server's socket and other files that only the program needs."""
    os.closerange(3, 1 << 10)


def _end_descendants(program: int) -> None:
    """Kill every descendant of this process; without /proc, the program's group."""
    if not _LINUX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program, signal.SIGKILL)
        return
    while found := _descendants(os.getpid()):
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _descendants(ancestor: int) -> list[int]:
    """Return the living descendants of a process; those that have ended are left out."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{name}/stat", "rb") as file:
                    # The name in parentheses may hold anything, so read from its end.
                    state, parent = file.read().rpartition(b")")[2].split()[:2]
                if state not in (b"Z", b"X"):
                    parents[int(name)] = int(parent)
    found: set[int] = set()
    while more := {pid for pid, above in parents.items() if above in found | {ancestor}} - found:
        found |= more
    return sorted(found)


def _unshare(parts: set[str]) -> None:
    """Enter new namespaces; processes made from here on are in the process namespace."""
    user, group, starter = os.geteuid(), os.getegid(), os.getppid()
    flags = _CLONE_NEWNS
    flags |= _CLONE_NEWUSER if "users" in parts else 0
    flags |= _CLONE_NEWPID if "pids" in parts else 0
    _check(_libc().unshare(flags), "unshare")
    if "users" in parts:
        # Files keep their owners, and nothing has more rights than outside.
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a new user namespace cancels it
        if os.getppid() != starter:
            os._exit(1)


def _mount(folder: str, parts: set[str]) -> None:
    """Mount the job's folder on /opt/ml, seen by this mount namespace alone."""
    _call_mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    if "pids" in parts:
        _call_mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    for part in parts:
        if part.startswith("hosts="):
            _call_mount(part.removeprefix("hosts="), "/etc/hosts", None, _MS_BIND)
    source = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # it may itself be below /opt or /tmp
    if not os.path.isdir(OPT_ML):
        _copy_opt()
    _call_mount(f"/proc/self/fd/{source}", OPT_ML, None, _MS_BIND)
    os.close(source)
    if "own-tmp" in parts:
        _keep_tmp_apart()
    model = f"{OPT_ML}/model"
    if "read-only-model" in parts and os.path.isdir(model):
        _call_mount(model, model, None, _MS_BIND)
        kept = _kept_flags(model)
        _call_mount("none", model, None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | kept)
    if "read-only-root" in parts:
        _protect_root()


def _keep_tmp_apart() -> None:
    """Lay an empty folder over /tmp, which takes what is written; the rest stays readable.

    Programs may be below it, so it is not replaced. The folder must not be below it: it is in a
    file system in memory, which the mount hides.
    """
    below = os.open(_WRITABLE, os.O_RDONLY | os.O_DIRECTORY)
    _call_mount("none", _WRITABLE, "tmpfs", _MS_NOSUID | _MS_NODEV)
    for name in ("written", "work"):
        os.mkdir(f"{_WRITABLE}/{name}")
    os.chmod(f"{_WRITABLE}/written", 0o1777)  # noqa: S103 - as /tmp is, in a container of its own
    layers = f"lowerdir=/proc/self/fd/{below},upperdir={_WRITABLE}/written,workdir={_WRITABLE}/work"
    _call_mount("none", _WRITABLE, "overlay", _MS_NOSUID | _MS_NODEV, layers)
    os.close(below)


def _protect_root() -> None:
    """Leave /tmp to be written, beside what is mounted on its own, such as /opt/ml."""
    _call_mount(_WRITABLE, _WRITABLE, None, _MS_BIND | _MS_REC)
    if os.path.isdir(_SHARED_MEMORY):
        _call_mount("none", _SHARED_MEMORY, "tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    kept = _kept_flags("/")
    _call_mount("none", "/", None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | kept)


def _copy_opt() -> None:
    """Mount an empty /opt in which everything that was there is again, beside an empty ml."""
    opt = os.open("/opt", os.O_RDONLY | os.O_DIRECTORY)
    names = os.listdir(opt)
    _call_mount("none", "/opt", "tmpfs", _MS_NOSUID | _MS_NODEV)
    for name in names:
        here, there = f"/opt/{name}", f"/proc/self/fd/{opt}/{name}"
        kind = os.stat(name, dir_fd=opt, follow_symlinks=False).st_mode
        if stat.S_ISLNK(kind):
            os.symlink(os.readlink(name, dir_fd=opt), here)
            continue
        if stat.S_ISDIR(kind):
            os.mkdir(here)
        else:
            os.close(os.open(here, os.O_CREAT | os.O_WRONLY, 0o600))
        _call_mount(there, here, None, _MS_BIND | _MS_REC)
    os.mkdir(OPT_ML)
    os.close(opt)


def _kept_flags(path: str) -> int:
    """Return the mount flags that a user namespace must not drop when it mounts again."""
    flags = os.statvfs(path).f_flag
    pairs = ((os.ST_NOSUID, _MS_NOSUID), (os.ST_NODEV, _MS_NODEV), (os.ST_NOEXEC, _MS_NOEXEC))
    return sum(mount for seen, mount in pairs if flags & seen)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    _libc().prctl(option, value, 0, 0, 0)


def _call_mount(
    source: str, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    named, given = (text.encode() if text else None for text in (kind, options))
    result = _libc().mount(source.encode(), target.encode(), named, flags, given)
    _check(result, f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)} ({errno.errorcode.get(number)})")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])

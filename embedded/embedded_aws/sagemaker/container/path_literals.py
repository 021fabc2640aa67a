"""Find scripts that say `/opt/ml`, where the machine cannot give a container that folder.

Settings are rewritten there, but not code: it would read and write the machine's own `/opt/ml`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from backports import tarfile

from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.errors import JobError

_OPT_ML = re.compile(r"/opt/ml(?![A-Za-z0-9_.-])")
_SCRIPTS = (".py", ".sh")
_ARCHIVES = (".tar.gz", ".tgz")
_MAX_BYTES = 2 << 20  # of a script; an archive that holds more than code is larger
_MAX_ARCHIVE_BYTES = 64 << 20
# The training toolkit's own variable for the folder: a script that reads it has another place.
_KNOWS_BETTER = "SAGEMAKER_BASE_DIR"
_WITH_DEFAULT = ("get", "getenv", "setdefault")


def check_scripts(opt_ml: OptMl, *folders: Path) -> None:
    """Refuse scripts below the folders that say `/opt/ml`, unless it is mounted there.

    Raises:
        JobError: naming the script and its line.
    """
    if opt_ml.is_mounted:
        return
    for folder in folders:
        for name, text in _scripts(folder):
            line = literal_line(name, text)
            if line is not None:
                raise JobError(
                    f"ClientError: line {line} of {name} names /opt/ml, which the embedded AWS "
                    "cannot give to a job on this machine, because its kernel forbids mount "
                    "namespaces to this user. Take the path from a variable that SageMaker sets "
                    "(SM_MODEL_DIR, SM_CHANNEL_..., SAGEMAKER_BASE_DIR), or allow unprivileged "
                    "user namespaces."
                )


def literal_line(name: str, text: str) -> int | None:
    """Return the first line of a script that uses a path below `/opt/ml`, None if none does.

    Comments, docstrings and defaults of environment variables use none.
    """
    if not _OPT_ML.search(text) or _KNOWS_BETTER in text:
        return None
    if name.endswith(".py"):
        try:
            return next(iter(sorted(_python_lines(ast.parse(text)))), None)
        except (SyntaxError, ValueError):
            pass
    for number, line in enumerate(text.splitlines(), start=1):
        if _OPT_ML.search(line) and not line.lstrip().startswith("#"):
            return number
    return None


def _python_lines(tree: ast.Module) -> Iterator[int]:
    harmless: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            harmless.add(id(node.value))  # a docstring
        if isinstance(node, ast.Call) and _has_default(node.func):
            harmless.update(id(default) for default in node.args[1:])
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in harmless and _names_it(node.value):
            yield node.lineno


def _has_default(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _WITH_DEFAULT


def _names_it(value: object) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return isinstance(text, str) and _OPT_ML.search(text) is not None


def _scripts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and text of every script, also of those in archives of source code."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix in _SCRIPTS and path.stat().st_size <= _MAX_BYTES:
            yield path.name, path.read_text("utf-8", "replace")
        elif path.name.endswith(_ARCHIVES) and path.stat().st_size <= _MAX_ARCHIVE_BYTES:
            yield from _archived_scripts(path)


def _archived_scripts(archive: Path) -> Iterator[tuple[str, str]]:
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                is_script = member.isfile() and member.name.endswith(_SCRIPTS)
                file = tar.extractfile(member) if is_script else None
                if file is not None and member.size <= _MAX_BYTES:
                    yield f"{archive.name}/{member.name}", file.read().decode("utf-8", "replace")
    except (tarfile.TarError, OSError, EOFError):
        return  # data, or an archive that the job itself will complain about

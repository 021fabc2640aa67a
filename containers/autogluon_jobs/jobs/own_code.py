"""Import a person's own code in a job, and keep it with the artifact that needs it."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from autogluon_contracts.code.own_code import import_from
from autogluon_contracts.code.own_objects import OwnObject, missing_code_problems
from autogluon_contracts.code.own_packages import REQUIREMENTS, WHEEL_SUFFIX, without_wheel
from autogluon_contracts.documents.script_spec import CHANNEL
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.models.artifact_hash import OWN_CODE, artifact_sha256
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.messages.errors import InputError

_WRITTEN_BY_PYTHON = "__pycache__"
_LAST_WORDS = 300  # characters of pip's in a sentence


def with_own_code(config: TrainingJobConfig, paths: JobPaths) -> TrainingJobConfig:
    """Unpack the job's own code, install its packages and let Python import both.

    Returns:
        The configuration with the hash of the files, by which checkpoints are known again.

    Raises:
        InputError: the channel has no such files, or pip could not install a package.
    """
    if config.code is None:
        return config
    shutil.rmtree(paths.own_code, ignore_errors=True)
    paths.own_code.mkdir(parents=True)
    wheels = paths.own_code.with_name(f"{paths.own_code.name}-wheels")
    shutil.rmtree(wheels, ignore_errors=True)
    try:
        _install(_unpacked(config.code.folder, paths, wheels), wheels, paths.own_code)
    finally:
        shutil.rmtree(wheels, ignore_errors=True)
    import_from(paths.own_code)
    code = replace(config.code, sha256=artifact_sha256(paths.own_code))
    print(f"Own code: {paths.own_code}, SHA-256 {code.sha256}", flush=True)
    return replace(config, code=code)


def keep_own_code(paths: JobPaths, artifact: Path) -> None:
    """Copy the job's own code and its packages into the artifact, whose pickles refer to it."""
    if paths.own_code.is_dir():
        left_out = shutil.ignore_patterns(_WRITTEN_BY_PYTHON)
        shutil.copytree(paths.own_code, artifact / OWN_CODE, ignore=left_out, dirs_exist_ok=True)


def take_own_code(artifact: Path, paths: JobPaths) -> None:
    """Take the own code of a verified artifact, which the job trains further, in its place."""
    shutil.rmtree(paths.own_code, ignore_errors=True)
    if (artifact / OWN_CODE).is_dir():
        shutil.copytree(artifact / OWN_CODE, paths.own_code)
        import_from(paths.own_code)


def require_code(config: TrainingJobConfig, named: Mapping[str, OwnObject]) -> None:
    """Refuse objects of own code where the job has none; a planner has refused them before.

    Raises:
        InputError: naming every such argument.
    """
    problems = [] if config.code is not None else list(missing_code_problems(named))
    if problems:
        raise InputError("; ".join(problems) + ".")


def load_own_object(path: str, own: OwnObject) -> Any:
    """Return an object of the job's own code.

    Args:
        path: the argument that names it, such as `init_args.eval_metric`.
        own: its module and name.

    Raises:
        InputError: the module cannot be imported, has no such object, or has one that Python could
            not find again when the model is loaded.
    """
    try:
        module = import_module(own.module)
    except Exception as error:  # whatever a person's module raises
        raise InputError(
            f"{path}: the module {own.module} of your own code could not be imported: "
            f"{type(error).__name__}: {error}.",
            advice="Correct it, or put the package that it lacks into the folder as a wheel.",
        ) from error
    if not hasattr(module, own.attribute):
        raise InputError(
            f'{path}: the module {own.module} of your own code has no "{own.attribute}".',
            advice="Name an object of its top level.",
        )
    return getattr(module, own.attribute)


def require_picklable(path: str, own: OwnObject, value: object) -> None:
    """Refuse an object that a model could not be saved with, before hours of training.

    Raises:
        InputError: it cannot be pickled, or not be unpickled.
    """
    try:
        pickle.loads(pickle.dumps(value))  # noqa: S301 - the job's own
    except Exception as error:  # whatever a person's class raises
        raise InputError(
            f"{path}: {own} cannot be saved with the model: {type(error).__name__}: {error}.",
            advice="Define its functions and classes at the top level of the module, each under "
            "a name of its own.",
        ) from error


def _unpacked(folder: str, paths: JobPaths, wheels: Path) -> str | None:
    """Unpack modules into the job's folder and wheels into theirs; return the requirements."""
    channel, prefix = paths.channel(CHANNEL), f"{folder}/"
    archives = sorted(path for path in channel.iterdir() if path.is_file())
    wheels.mkdir(parents=True)
    requirements, found = None, False
    for archive in archives:
        with tarfile.open(archive) as members:
            for member in members:
                content = members.extractfile(member)
                if content is None or not member.name.startswith(prefix):
                    continue
                name, data, found = member.name.removeprefix(prefix), content.read(), True
                if name == REQUIREMENTS:
                    requirements = data.decode("utf-8", "replace")
                is_wheel = name.endswith(WHEEL_SUFFIX)
                path = wheels / Path(name).name if is_wheel else paths.own_code / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    if not found:
        raise InputError(
            f'The channel "{CHANNEL}" has no files of {folder}.', advice="Deploy again."
        )
    return requirements


def _install(requirements: str | None, wheels: Path, target: Path) -> None:
    """Install the wheels, and what `requirements.txt` names, without what these depend on.

    Dependencies that the image lacks are listed, too: others would take the place of the image's
    own packages, which AutoGluon was tested with.
    """
    files = sorted(wheels.iterdir())
    asked = ["--requirement", str(target / REQUIREMENTS)] if requirements is not None else []
    if not files and not asked:
        return
    names = [path.name for path in files]
    is_complete = requirements is None or not without_wheel(requirements, names)
    source = ["--no-index"] if is_complete else []
    command = [
        sys.executable, "-m", "pip", "install", "--no-deps", "--no-compile", "--no-cache-dir",
        "--disable-pip-version-check", "--no-input", "--find-links", str(wheels),
        "--target", str(target), *source, *asked, *map(str, files),
    ]  # fmt: skip
    ended = _run(command)
    if ended is not None:
        raise InputError(
            f"The packages of your own code could not be installed: {ended}.",
            advice="Give wheels of pure Python, or for the image's Python and Linux on x86-64.",
        )


def _run(command: Sequence[str]) -> str | None:
    """Run pip; return its last words where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, flush=True)
    if done.returncode == 0:
        return None
    print(done.stderr, file=sys.stderr, flush=True)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
    words = errors[0].removeprefix("ERROR:") if errors else f"exit code {done.returncode}"
    return words.strip().rstrip(".")[:_LAST_WORDS]

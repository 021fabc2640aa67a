"""Pack the folder that `training.code` names, and judge its files."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from sys import stdlib_module_names

from autogluon_constructs.settings.bring_your_own.own_code.modules import OwnModules, object_problem
from autogluon_constructs.settings.bring_your_own.packed_files import packed_files
from autogluon_constructs.settings.fields import refuse
from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.code.own_packages import (
    REQUIREMENTS,
    WHEEL_SUFFIX,
    WheelName,
    without_wheel,
)
from autogluon_contracts.wording import listed

# A person's own modules are found first, and must not take the place of these.
_TAKEN = frozenset((
    "autogluon", "autogluon_contracts", "autogluon_jobs", "inference", "numpy", "pandas", "pyarrow",
    "sklearn", "torch",
))  # fmt: skip
_FUTURE_PROOF = "abi3"


def relative_folder(path: str) -> str:
    """Return the path of `training.code`; raises for one that does not fit."""
    if PurePosixPath(path).is_absolute() or path in ("", "."):
        raise refuse(
            "allowed: the path of a folder, from the folder of the settings file, such as 'own'"
        )
    return path


def own_sources(predictor: str, folder: Path) -> dict[str, Path]:
    """Return the files to pack, by their paths in the archive of scripts.

    Args:
        predictor: its name, which is their folder there.
        folder: what `training.code` names.
    """
    return {f"{predictor}/{name}": path for name, path in packed_files(folder).items()}


def own_code_problems(
    folder: Path,
    shown: str,
    named: Mapping[str, OwnObject],
    *,
    python: str | None,
    is_isolated: bool,
) -> Iterator[str]:
    """Yield a sentence, with its key, for each thing that jobs could not import or install.

    Args:
        folder: what `training.code` names.
        shown: its name, for the sentences.
        named: objects that arguments name, by their paths.
        python: the version of the image's Python, such as `3.12`; None: unknown.
        is_isolated: whether jobs run without network access.
    """
    if not folder.is_dir():
        yield f"training.code: {shown} is not a folder"
        return
    files = packed_files(folder)
    if not any(name.endswith((".py", WHEEL_SUFFIX)) for name in files):
        yield f"training.code: {shown} has no Python file; put the modules there"
        return
    taken = _TAKEN | stdlib_module_names
    for module in sorted({name.partition("/")[0].removesuffix(".py") for name in files} & taken):
        yield (
            f"training.code: {shown}/{module} has the name of a module that jobs import "
            "themselves; rename it"
        )
    yield from (f"training.code: {problem}" for problem in _wheel_problems(files, shown, python))
    yield from _requirement_problems(files, shown, is_isolated=is_isolated)
    modules = OwnModules.of(files)
    for path, own in named.items():
        problem = object_problem(own, modules, shown, is_metric=path.endswith("eval_metric"))
        if problem is not None:
            yield f"{path}: {problem}"


def _wheels(files: Mapping[str, Path]) -> list[str]:
    return [name for name in files if name.endswith(WHEEL_SUFFIX)]


def _wheel_problems(files: Mapping[str, Path], shown: str, python: str | None) -> Iterator[str]:
    for name in _wheels(files):
        wheel = WheelName.parse(name.rpartition("/")[2])
        if wheel is None:
            yield (
                f"{shown}/{name} does not have the name of a wheel, such as "
                "my_rules-1.0-py3-none-any.whl; build it again"
            )
        elif not any(map(_is_of_the_image, wheel.platforms)):
            yield (
                f"{shown}/{name} is for {listed(sorted(wheel.platforms))}, and AutoGluon's images "
                "are Linux on x86-64; give a wheel for that, or one of pure Python"
            )
        elif python is not None and not _fits(wheel, python):
            yield (
                f"{shown}/{name} is for {listed(sorted(wheel.pythons))}, and the image's Python is "
                f"{python}; give a wheel for that, or one of pure Python"
            )


def _is_of_the_image(platform: str) -> bool:
    return platform == "any" or ("linux" in platform and platform.endswith("_x86_64"))


def _fits(wheel: WheelName, python: str) -> bool:
    major, minor = python.split(".")
    accepted = {f"py{major}", f"py{major}{minor}", f"cp{major}{minor}"}
    return bool(wheel.pythons & accepted) or _FUTURE_PROOF in wheel.abis


def _requirement_problems(
    files: Mapping[str, Path], shown: str, *, is_isolated: bool
) -> Iterator[str]:
    if REQUIREMENTS not in files or not is_isolated:
        return
    text = files[REQUIREMENTS].read_text(encoding="utf-8", errors="replace")
    lacking = without_wheel(text, _wheels(files))
    if lacking:
        yield (
            f"training.code: {shown}/{REQUIREMENTS} asks for {listed(lacking)}, without a wheel in "
            f"the folder, and containers without network access cannot install it; put the wheel "
            "beside it, or set the predictor's network_isolation: false"
        )

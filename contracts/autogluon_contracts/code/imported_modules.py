"""Find what a module imports of this project's packages, directly or through others."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path


def imported_modules(
    packages: Mapping[str, Path], modules: Iterable[str], skipped: Collection[str] = ()
) -> dict[str, Path]:
    """Return the files of modules and of all that these import from some packages, by module.

    Imports inside of functions count, too. The packages around each module are among them. What
    is imported by a name that a program makes up is not found; name it in `modules`.

    Args:
        packages: the folder of each package, by its name.
        modules: where to begin.
        skipped: names of functions whose imports do not count.

    Raises:
        ModuleNotFoundError: one of `modules` has no file.

    Example:
        >>> import autogluon_contracts
        >>> folder = Path(autogluon_contracts.__file__).parent
        >>> sorted(imported_modules({folder.name: folder}, ["autogluon_contracts.errors"]))
        ['autogluon_contracts', 'autogluon_contracts.errors']
    """
    found: dict[str, Path] = {}
    waiting = list(modules)
    for module in waiting:
        if _file(packages, module) is None:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)
    while waiting:
        module = waiting.pop()
        path = None if module in found else _file(packages, module)
        if path is None:
            continue
        found[module] = path
        parent, _, _ = module.rpartition(".")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        waiting += [parent, *_imports(tree, skipped)]
    return found


def _file(packages: Mapping[str, Path], module: str) -> Path | None:
    package, *names = module.split(".")
    if package not in packages:
        return None
    path = packages[package].joinpath(*names)
    choices = (path.with_suffix(".py"), path / "__init__.py")
    return next((choice for choice in choices if choice.is_file()), None)


def _imports(tree: ast.AST, skipped: Collection[str]) -> Iterator[str]:
    """Yield what may be modules: of `from a import b` both `a` and `a.b`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{item.name}" for item in node.names)
        elif not (isinstance(node, ast.FunctionDef) and node.name in skipped):
            yield from _imports(node, skipped)

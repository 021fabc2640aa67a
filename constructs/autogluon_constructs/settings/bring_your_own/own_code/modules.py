"""Find the names that Python modules define, by reading them: nothing of a person's is imported."""

import ast
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.code.own_packages import WHEEL_SUFFIX
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

_PACKAGE = "__init__"
_ANY_NAME = ("*", "__getattr__")
"""What a module defines of which any name may come."""
_MAKER = "make_scorer"


@dataclass(frozen=True)
class _Module:
    place: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class OwnModules:
    """The modules of a folder and of its wheels, by their names."""

    modules: Mapping[str, _Module]

    @classmethod
    def of(cls, files: Mapping[str, Path]) -> "OwnModules":
        """Return the modules of files by their paths in the folder; its own come before wheels."""
        found: dict[str, _Module] = {}
        for name, path in files.items():
            if name.endswith(WHEEL_SUFFIX):
                found = {**_of_wheel(name, path), **found}
        for name, path in files.items():
            if name.endswith(".py"):
                found[_dotted(name)] = _Module(name, path.read_bytes)
        return cls(found)


def object_problem(
    own: OwnObject, modules: OwnModules, shown: str, *, is_metric: bool
) -> str | None:
    """Return why an object is not found, or a metric is named otherwise; None: it can be.

    Args:
        own: the object.
        modules: of the folder.
        shown: the folder's name.
        is_metric: whether the object is a metric, which is reported by the attribute's name.
    """
    module = modules.modules.get(own.module)
    if module is None:
        hint = did_you_mean(own.module, modules.modules)
        file = f"{own.module.replace('.', '/')}.py"
        return (
            f"got '{own}', and {shown}/{file} is not a file{hint}; write the module's name as it "
            "is imported from that folder"
        )
    place = f"{shown}/{module.place}"
    try:
        tree = ast.parse(module.read())
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = "" if line is None else f" (line {line})"
        return f"got '{own}', and {place} is not valid Python{where}; correct it"
    names = dict.fromkeys(_defined(tree.body))
    if own.attribute not in names and not any(name in names for name in _ANY_NAME):
        known = f"; it defines {listed(list(names))}" if names else ""
        return (
            f"got '{own}', and {place} defines no '{own.attribute}' at its top level"
            f"{did_you_mean(own.attribute, names)}{known}"
        )
    other = _name_given(tree, own.attribute) if is_metric else None
    if other is not None and other != own.attribute:
        return (
            f"got '{own}', which {place} makes with the name '{other}', and a metric is reported "
            f"by its object's name; write {_MAKER}(name='{own.attribute}', ...)"
        )
    return None


def _of_wheel(name: str, path: Path) -> dict[str, _Module]:
    try:
        with zipfile.ZipFile(path) as wheel:
            members = [member for member in wheel.namelist() if member.endswith(".py")]
    except (OSError, zipfile.BadZipFile):
        return {}  # pip says what is wrong with it

    def reader(member: str) -> Callable[[], bytes]:
        def read() -> bytes:
            with zipfile.ZipFile(path) as wheel:
                return wheel.read(member)

        return read

    return {_dotted(member): _Module(f"{name}/{member}", reader(member)) for member in members}


def _dotted(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == _PACKAGE and len(parts) > 1 else parts)


def _defined(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements define, also those below `if`, `try` and `with`."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (each.asname or each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.Assign):
            yield from (name for target in node.targets for name in _targets(target))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from _targets(node.target)
        else:
            for field in ("body", "orelse", "finalbody"):
                yield from _defined(getattr(node, field, []))
            for handler in getattr(node, "handlers", []):
                yield from _defined(handler.body)


def _targets(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _targets(each)


def _name_given(tree: ast.Module, attribute: str) -> str | None:
    """Return the name that `attribute = make_scorer(...)` gives the metric, where it says one."""
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        called = node.value.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
        if name != _MAKER or attribute not in (n for t in node.targets for n in _targets(t)):
            continue
        given = [*node.value.args[:1]]
        given += [each.value for each in node.value.keywords if each.arg == "name"]
        if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
            return given[0].value
    return None

"""No modules of the project import each other in a circle."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("contracts", "constructs", "lambda", "containers", "client", "embedded", "demo")
"""Their packages are imported by their names; those of the root by the folder's."""
ROOT_PACKAGES = ("stacks", "scripts", "benchmarks")
LEAST_MODULES = 500


def modules_of(roots: Mapping[Path, tuple[str, ...]]) -> dict[str, Path]:
    """Return module name -> file, below folders that Python searches; `()` takes all of one."""
    return {
        _module_name(path.relative_to(folder)): path
        for folder, packages in roots.items()
        for start in ([folder / name for name in packages] or [folder])
        for path in sorted(start.rglob("*.py"))
    }


def imports_between(modules: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return module -> modules that it imports: at the top, in functions, for types only."""
    return {name: set(_imported(name, path, modules)) - {name} for name, path in modules.items()}


def circle_in(imports: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of one circle, the first again at the end; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(name: str, path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                # `from package import module` needs the package only to find the module.
                if inner in modules:
                    yield inner
                elif origin in modules:
                    yield origin


def test_no_modules_import_each_other_in_a_circle() -> None:
    roots: dict[Path, tuple[str, ...]] = {ROOT / folder: () for folder in FOLDERS}
    modules = modules_of({**roots, ROOT: ROOT_PACKAGES})
    imports = imports_between(modules)

    assert len(modules) > LEAST_MODULES
    assert sum(map(len, imports.values())) > LEAST_MODULES
    for folder in (*FOLDERS, *ROOT_PACKAGES):
        assert any(path.is_relative_to(ROOT / folder) for path in modules.values()), folder
    assert circle_in(imports) == []


def test_circles_are_found_through_functions_types_and_relative_imports(tmp_path: Path) -> None:
    package = tmp_path / "house"
    package.mkdir()
    sources = {
        "__init__": "from house.kitchen import Pot\n",
        "kitchen": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import hall\n",
        "hall": "def door():\n    import house.cellar\n",
        "cellar": "from .kitchen import Pot\n",
        "roof": "from house import kitchen, Pot\nimport json\n",
    }
    for name, text in sources.items():
        (package / f"{name}.py").write_text(text)

    imports = imports_between(modules_of({tmp_path: ()}))

    assert imports["house.roof"] == {"house.kitchen", "house"}
    assert set(circle_in(imports)) == {"house.kitchen", "house.hall", "house.cellar"}
    imports["house.hall"].clear()
    assert circle_in(imports) == []

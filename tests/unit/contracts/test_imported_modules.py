"""What is found of the modules that a module imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_contracts.code.imported_modules import imported_modules

SOURCES = {
    "__init__": "",
    "main": "import house.hall\nfrom house import attic\nimport json\n",
    "hall": "from house.garden import TREE\n",
    "attic": "def train():\n from house.cellar import WINE\ndef serve():\n import house.shed\n",
    "garden/__init__": "TREE = 1\n",
    "garden/pond": "",
    "cellar": "WINE = 1\n",
    "shed": "from house import main\n",
}


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Path]:
    for name, text in SOURCES.items():
        path = tmp_path / "house" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {"house": tmp_path / "house"}


def test_imports_are_followed_into_functions_and_around_circles(packages: dict[str, Path]) -> None:
    found = imported_modules(packages, ["house.main"])
    assert sorted(found) == [
        "house", "house.attic", "house.cellar", "house.garden", "house.hall", "house.main",
        "house.shed",
    ]  # fmt: skip
    assert found["house.garden"] == packages["house"] / "garden" / "__init__.py"
    assert "house.garden.pond" not in found


def test_functions_can_be_skipped(packages: dict[str, Path]) -> None:
    found = imported_modules(packages, ["house.attic"], skipped=("train",))
    assert "house.cellar" not in found
    assert "house.shed" in found


@pytest.mark.parametrize("name", ["house.kitchen", "garage", "house.garden.tree"])
def test_where_to_begin_must_exist(packages: dict[str, Path], name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=name):
        imported_modules(packages, [name])

"""Find the CSV files of data packages, which `make setup-sdks` installs into `.venv-foreign`."""

from __future__ import annotations

import random
import tarfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".venv-foreign"
PACKAGES = ("causaldata", "pydataset", "sklearn/datasets", "statsmodels/datasets", "vega_datasets")
"""What is data: the CSV files of statsmodels' own tests are expected results."""
SEED, DRAWN = 20261129, 50


def csv_files(folder: Path) -> dict[str, Path]:
    """Return all CSV files by package and name; `folder` gets those that a package compresses."""
    found = {}
    for package in PACKAGES:
        home = INSTALLED / package
        for archive in home.glob("*.tar.gz"):
            home = folder / package
            with tarfile.open(archive) as tar:
                tar.extractall(home, filter="data")
        for path in sorted((*home.rglob("*.csv"), *home.rglob("*.csv.gz"))):
            if not path.name.startswith("._") and "tests" not in path.relative_to(home).parts:
                found[f"{package.partition('/')[0]}/{path.relative_to(home)}"] = path
    return found


def drawn(files: Mapping[str, Path]) -> dict[str, Path]:
    """Return fifty of the files, always the same."""
    names = random.Random(SEED).sample(sorted(files), DRAWN)
    return {name: files[name] for name in names}

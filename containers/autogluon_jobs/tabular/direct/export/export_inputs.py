"""Export what AutoGluon makes of features before a network or a linear model gets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.tabular.direct.export.export_source import Source, Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError


def _no_scaling() -> dict[str, Any]:
    return {name: np.zeros(0) for name in ("fills", "means", "scales")}


@dataclass
class InputsExport:
    """What is written of one model's inputs: see `TransformedInputs`."""

    sources: Sources
    columns: list[int] = field(default_factory=list)
    scaled: list[list[int]] = field(default_factory=list)
    quantiles: list[list[int]] = field(default_factory=list)
    plain: list[list[int]] = field(default_factory=list)
    one_hot: list[list[int]] = field(default_factory=list)
    embedded: list[int] = field(default_factory=list)
    width: int = 0
    arrays: dict[str, Any] = field(default_factory=_no_scaling)

    def take(self, name: str) -> int:
        """Take a feature; return its position among the columns."""
        self.columns.append(self.sources[name].position)
        return len(self.columns) - 1

    def cells(self, count: int) -> int:
        """Add cells to the vector of numbers; return the first."""
        self.width += count
        return self.width - count

    def scale(self, names: Sequence[str], fills: Any, means: Any, scales: Any) -> None:
        """Take numbers that are filled, shifted and divided."""
        self._require_64_bits(names, fills)
        self.scaled += [[self.take(name), self.cells(1)] for name in names]
        for name, values in (("fills", fills), ("means", means), ("scales", scales)):
            self.arrays[name] = np.concatenate([self.arrays[name], values])

    def quantile(self, names: Sequence[str], fills: Any, transformer: Any) -> None:
        """Take numbers whose quantiles are spread normally."""
        self._require_64_bits(names, fills)
        self.quantiles += [[self.take(name), self.cells(1)] for name in names]
        self.arrays |= {
            "quantile_fills": fills,
            "quantiles": transformer.quantiles_,
            "references": transformer.references_,
        }

    def encode(self, name: str, table: Any) -> None:
        """Take a category whose code becomes cells of the vector: (codes and missing, cells)."""
        self.arrays[f"one_hot_{len(self.one_hot)}"] = table
        self.one_hot.append([self.take(name), self.cells(table.shape[1])])

    def embed(self, name: str, table: Any) -> None:
        """Take a category whose code becomes a position in a table."""
        self.arrays[f"embedded_{len(self.embedded)}"] = table.astype(np.int64)
        self.embedded.append(self.take(name))

    def _require_64_bits(self, names: Sequence[str], fills: Any) -> None:
        if np.isnan(fills).any():
            raise NotExportableError("whose folds have numbers that are all missing")
        dtype = np.result_type(*(np.dtype(self.sources[name].dtype) for name in names))
        if dtype.kind == "f" and dtype.itemsize < 8:
            raise NotExportableError("which scales numbers of 32 bits")

    def save(self, folder: Path, file: str) -> dict[str, Any]:
        """Write the arrays; return what the node says of the inputs and their file."""
        np.savez(folder / file, **self.arrays)
        return {
            "file": file, "columns": self.columns, "width": self.width, "scaled": self.scaled,
            "quantiles": self.quantiles, "plain": self.plain, "one_hot": self.one_hot,
            "embedded": self.embedded,
        }  # fmt: skip


def codes_frame(sources: Sources) -> pd.DataFrame:
    """Return a frame in which every category has each of its codes, and last a missing one.

    Those with fewer codes have the missing one several times; numbers are 0.
    """
    rows = 1 + max((source.categories or 0 for source in sources.values()), default=0)
    return pd.DataFrame({name: _probe(source, rows) for name, source in sources.items()})


def _probe(source: Source, rows: int) -> Any:
    if source.categories is None:
        return np.zeros(rows, dtype=source.dtype)
    codes = [at if at < source.categories else -1 for at in range(rows)]
    return pd.Categorical.from_codes(codes, categories=pd.RangeIndex(source.categories))


def categories_of(name: str, sources: Sources) -> int:
    """Return how many categories a feature has.

    Raises:
        NotExportableError: it is a number, of which not every value can be tried.
    """
    count = sources[name].categories
    if count is None:
        raise NotExportableError(f'which takes the number "{name}" as a category')
    return count

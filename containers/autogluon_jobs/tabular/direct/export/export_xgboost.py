"""Export an XGBoost model and the one-hot encoding before it, as files and look-up tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.tabular.direct.export.export_source import Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError


def export_xgboost(model: Any, folder: Path, number: str, sources: Sources) -> dict[str, Any]:
    """Write the booster; answer what `XGBoostMember` needs beside it.

    Args:
        model: AutoGluon's `XGBoostModel`.
        folder: where the file goes.
        number: the member's own, to name files by.
        sources: the features that the model takes.

    Raises:
        NotExportableError: categories that XGBoost splits by itself, or a booster of lines.
    """
    if not model._ohe:
        raise NotExportableError("with enable_categorical")
    if model.model.booster not in (None, "gbtree"):
        raise NotExportableError(f"with the booster {model.model.booster}")
    encoder = model._ohe_generator
    file = f"{number}.xgboost.ubj"
    model.model.get_booster().save_model(str(folder / file))
    tables, width = _one_hot_tables(encoder, sources)
    taken = [sources[name] for name in (*encoder.cat_cols, *encoder.other_cols)]
    dtypes = [np.dtype(sources[name].dtype) for name in encoder.other_cols]
    return {
        "kind": "xgboost",
        "file": file,
        "columns": [source.position for source in taken],
        "tables": tables,
        "one_hot": width,
        "whole": not tables and all(dtype.kind in "iub" for dtype in dtypes),
        "iterations": list(model.model._get_iteration_range(None)),
    }


def _one_hot_tables(encoder: Any, sources: Sources) -> tuple[list[list[int | None]], int]:
    """Return the one-hot column of each category's codes, last of a missing one; and how many."""
    names = list(encoder.cat_cols)
    if not names:
        return [], 0
    counts = [_categories_of(name, sources) for name in names]
    rows = max(counts) + 1
    frame = pd.DataFrame({
        name: pd.Categorical.from_codes(
            [at if at < count else -1 for at in range(rows)], categories=pd.RangeIndex(count)
        )
        for name, count in zip(names, counts, strict=True)
    })  # fmt: skip
    one_hot = encoder.ohe_encs.transform(frame).toarray()
    ends = np.cumsum([
        len(known) + (1 - len(rare) if len(rare) else 0)
        for known, rare in zip(
            encoder.ohe_encs.categories_, encoder.ohe_encs.infrequent_indices_, strict=True
        )
    ])  # fmt: skip
    if ends[-1] != one_hot.shape[1]:
        raise NotExportableError("with one-hot columns that are made in an unsupported way")
    starts = [0, *ends[:-1].tolist()]
    tables = [
        [_place(line[start:end], start) for line in one_hot[: count + 1]]
        for count, start, end in zip(counts, starts, ends.tolist(), strict=True)
    ]
    return tables, int(ends[-1])


def _categories_of(name: str, sources: Sources) -> int:
    count = sources[name].categories
    if count is None:
        raise NotExportableError(f'which alone takes "{name}" as a category')
    return count


def _place(block: Any, start: int) -> int | None:
    (places,) = np.nonzero(block)
    return start + int(places[0]) if len(places) else None

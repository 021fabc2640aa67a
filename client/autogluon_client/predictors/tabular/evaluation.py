"""Compare answers with the label: the score of a model on rows that have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import numpy, pandas
from autogluon_client.predictors.tabular.scores import COMPUTED, Judged, scores
from autogluon_contracts.answers import probability_column
from autogluon_contracts.data.cell_rules import MISSING_MARKS
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.tabular.metrics import canonical

if TYPE_CHECKING:
    import pandas as pd

_MOST_NAMED = 5


@dataclass(frozen=True)
class Evaluation:
    """The score of a model.

    Attributes:
        rows: how many rows were compared.
        metrics: by name, the eval metric first; higher is better, errors are negative.
        warnings: which rows or metrics were left out.
    """

    rows: int
    metrics: Mapping[str, float]
    warnings: Sequence[str] = ()


def evaluate(
    header: FeatureSchemaHeader, labels: pd.Series, answers: pd.DataFrame, eval_metric: str | None
) -> Evaluation:
    """Compare the model's answers to rows with their labels.

    Rows without a label, and of classes that the model does not know, are left out, as in training.

    Args:
        header: of the model that answered.
        labels: n values, as `label_column` reads them.
        answers: n rows, in the columns that the model answers.
        eval_metric: the metric that training optimized.

    Raises:
        InvalidDataError: no row can be compared, or a label is not what the model predicts.
    """
    if len(labels) != len(answers):
        raise InvalidDataError(
            f"The data has {len(labels):,} labels, and the model answered {len(answers):,} rows.",
            advice="Give a CSV file with a header, and one row a line.",
        )
    warnings: list[str] = []
    if header.classes is None:
        truth, kept = _numbers(header, labels)
    else:
        truth, kept = _classes(header, labels, warnings)
    unlabelled = int((~kept).sum())
    if unlabelled and not warnings:
        warnings.append(f"{unlabelled:,} rows without a label were left out.")
    if not kept.any():
        raise InvalidDataError(
            f'No row has a value of "{header.label}" that the model knows.',
            advice="Give rows with the column that the model predicts.",
        )
    judged = _judged(header, truth[kept], answers[kept.tolist()])
    if eval_metric is not None and canonical(eval_metric) not in COMPUTED:
        warnings.append(f"{eval_metric} is computed in training only.")
    found = scores(judged, header.problem_type, eval_metric)
    return Evaluation(int(kept.sum()), found, tuple(warnings))


def _numbers(header: FeatureSchemaHeader, labels: pd.Series) -> tuple[Any, Any]:
    texts = labels.astype(object).where(~labels.isin(["", *MISSING_MARKS]), None)
    values = pandas().to_numeric(texts, errors="coerce")
    wrong = texts[values.isna() & texts.notna()]
    if len(wrong):
        raise InvalidDataError(
            f'Column "{header.label}", row {wrong.index[0] + 1}: {str(wrong.iloc[0])!r} is not a '
            "number, and the model predicts numbers.",
            advice="Correct the cell, or leave it empty.",
        )
    truth = values.to_numpy(dtype=float)
    return truth, numpy().isfinite(truth)


def _classes(
    header: FeatureSchemaHeader, labels: pd.Series, warnings: list[str]
) -> tuple[Any, Any]:
    np = numpy()
    known = _positions(header)
    spell = _speller(header)
    spelled = [None if _is_missing(item, known) else spell(item) for item in labels]
    truth = np.array([known.get(item, -1) if item is not None else -1 for item in spelled])
    missing = sum(item is None for item in spelled)
    unknown = sorted({item for item in spelled if item is not None and item not in known})
    if missing:
        warnings.append(f"{missing:,} rows without a label were left out.")
    if unknown:
        strange = frozenset(unknown)
        count = sum(item in strange for item in spelled)
        named = ", ".join(f'"{item}"' for item in unknown[:_MOST_NAMED])
        warnings.append(
            f"{count:,} rows of classes that the model does not know were left out: {named}."
        )
    return truth, truth >= 0


def _is_missing(value: Any, known: Mapping[str, int]) -> bool:
    if isinstance(value, str):
        return value not in known and (value == "" or value in MISSING_MARKS)
    return bool(pandas().isna(value))


def _positions(header: FeatureSchemaHeader) -> dict[str, int]:
    spell = _speller(header)
    return {spell(item): position for position, item in enumerate(header.classes or ())}


def _speller(header: FeatureSchemaHeader) -> Callable[[Any], str]:
    """Return what spells a class; texts are compared as they are, because `01` is a code."""
    return str if any(isinstance(item, str) for item in header.classes or ()) else _spelled


def _spelled(value: Any) -> str:
    """Return one spelling of a number or boolean: `1.0` is `1`."""
    text = str(value)
    if text.lower() in ("true", "false"):
        return text.lower()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else str(number)


def _judged(header: FeatureSchemaHeader, truth: Any, answers: pd.DataFrame) -> Judged:
    np = numpy()
    if header.quantile_levels is not None:
        return Judged(truth, answers.to_numpy(dtype=float), levels=header.quantile_levels)
    if header.classes is None:
        return Judged(truth, answers[header.label].to_numpy(dtype=float))
    known, spell = _positions(header), _speller(header)
    said = np.array([known[spell(item)] for item in answers[header.label]])
    columns = [probability_column(name) for name in header.classes]
    positive = None
    if header.problem_type == "binary":
        positive = known[spell(header.positive_class)]
    return Judged(truth, said, answers[columns].to_numpy(dtype=float), positive)

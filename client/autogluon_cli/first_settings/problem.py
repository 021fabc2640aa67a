"""Infer which column is to be predicted, and the problem type."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from autogluon_cli.first_settings.image_names import names_images
from autogluon_cli.first_settings.table import Table
from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.data.cell_kinds import is_number
from autogluon_contracts.data.column import Column
from autogluon_contracts.data.label_numbers import (
    CATEGORIES_ADVICE,
    MOST_NUMERIC_CLASSES,
    LabelNumbers,
)
from autogluon_contracts.data.number_forms import number_in_disguise
from autogluon_contracts.suggestions import did_you_mean, nearest
from autogluon_contracts.wording import listed

_MOST_CLASSES = 1000
_SHOWN_CLASSES = 3
_FEWEST_ROWS = 6  # of five, a fifth is one row
_USUAL_NAMES = ("label", "target", "class", "y", "outcome", "price", "churn", "survived", "species")


@dataclass(frozen=True)
class Problem:
    """What to learn. Guessing reaches `minimum` of `gate_metric`."""

    label: str
    problem_type: str
    eval_metric: str
    gate_metric: str
    minimum: float
    why: str


def likely_label(table: Table) -> str | None:
    """Return the column whose name is usual for a label, if there is one."""
    names = {column.name.lower(): column.name for column in table.columns}
    return next((names[usual] for usual in _USUAL_NAMES if usual in names), None)


def label_column(table: Table, label: str) -> Column:
    """Return the label's column.

    Raises:
        CommandError: it does not exist, or nothing can be learned from it.
    """
    column = table.column(label)
    names = [column.name for column in table.columns]
    if column is None:
        meant = nearest(label, names) or names[-1]
        raise CommandError(
            f'--label: column "{label}" not found in {table.path}{did_you_mean(label, names)}; '
            f"columns: {', '.join(names[:20])}.",
            again={"--label": meant},
        )
    if len(column.distinct) < 2:
        raise _refused(
            f"--label: column {label!r} has {len(column.distinct)} distinct values in "
            f"{table.rows:,} rows; allowed: at least 2."
        )
    return column


def problem_of(column: Column, problem_type: str | None = None) -> Problem:
    """Return the problem that a label's values suggest, or the given type if they suit it.

    Raises:
        CommandError: they do not suit it.
    """
    _require_no_files(column)
    _require_no_stray(column, problem_type)
    found, why = _infer(column)
    chosen = problem_type or found
    _require_fit(column, chosen)
    _require_rows(column)
    if chosen != "regression":
        why += _lone_classes(column)
    missing = len(column.values) - len(column.present)
    if missing:
        why += f"; {missing:,} rows without a label are left out"
    if chosen == "regression":
        return Problem(column.name, chosen, "root_mean_squared_error", "r2", 0.0, why)
    share = Counter(column.present).most_common(1)[0][1] / len(column.present)
    if chosen == "binary":
        return Problem(column.name, chosen, "roc_auc", "roc_auc", 0.6, why)
    # Models that are chosen by accuracy may be far from their probabilities, which callers get.
    return Problem(column.name, chosen, "log_loss", "accuracy", round(share, 3), why)


def _infer(column: Column) -> tuple[str, str]:
    count = len(column.distinct)
    if count == 2:
        return "binary", f"2 classes: {', '.join(sorted(column.distinct))}"
    if column.numbers is not None and (
        not column.is_whole or count > MOST_NUMERIC_CLASSES or _too_many_classes(column)
    ):
        return "regression", f"{count:,} distinct numbers"
    return "multiclass", f"{count:,} classes"


def _require_no_files(column: Column) -> None:
    """Refuse names of images, which no label is: masks are named so."""
    if names_images(column):
        text = next(iter(column.present))
        raise _refused(
            f"--label: column {column.name!r} names image files, such as {text!r}, which are not "
            "classes. If they are masks, write settings for problem_type semantic_segmentation by "
            "hand; else choose another label."
        )


def _require_no_stray(column: Column, problem_type: str | None) -> None:
    """Refuse a word among a label's quantities, which would make each of them a class."""
    if problem_type not in (None, "regression"):
        return
    if column.are_categories:
        _require_no_number_categories(column, problem_type)
        return
    if number_in_disguise({value.strip() for value in column.distinct}) is not None:
        text = next(value for value in column.present if not is_number(value))
        raise _refused(
            f"--label: column {column.name!r} holds {text!r}, which is not a plain number. Write "
            "its numbers plain, such as 1234.5, or give --problem-type if they are names of "
            "classes."
        )
    found = LabelNumbers()
    for row, text in enumerate(column.values, start=1):
        found.add(row, text)
    if found.stray is not None:
        row, text = found.stray
        raise _refused(
            f"--label: column {column.name!r} holds {text!r} in row {row}, and the other values "
            "are numbers. Correct the row, leave its label empty, or give --problem-type "
            "multiclass."
        )


def _require_no_number_categories(column: Column, problem_type: str | None) -> None:
    """Refuse a label of quantities that a file stores as categories, which would be classes."""
    many = problem_type == "regression" or len(column.distinct) > MOST_NUMERIC_CLASSES
    if many and all(map(is_number, column.present)):
        raise _refused(
            f"--label: column {column.name!r} holds numbers that are stored as categories. "
            f"{CATEGORIES_ADVICE}"
        )


def _require_fit(column: Column, problem_type: str) -> None:
    count = len(column.distinct)
    if problem_type == "binary" and count != 2:
        raise _refused(
            f"--problem-type: column {column.name!r} has {count} classes; binary allows 2."
        )
    if problem_type == "regression" and column.numbers is None:
        text = next(value for value in column.present if not is_number(value))
        raise _refused(
            f"--problem-type: column {column.name!r} holds {text!r}; regression allows numbers."
        )
    if problem_type == "multiclass" and _too_many_classes(column):
        numbers = column.numbers is not None
        advice = "Give --problem-type regression." if numbers else "Choose another label."
        raise CommandError(
            f"--label: column {column.name!r} has {count:,} distinct values in "
            f"{len(column.present):,} rows, which are too many for classes. {advice}",
            again={"--problem-type": "regression"} if numbers else {},
        )


def _too_many_classes(column: Column) -> bool:
    count = len(column.distinct)
    return count > _MOST_CLASSES or 2 * count > len(column.present)


def _lone_classes(column: Column) -> str:
    """Say which classes AutoGluon leaves out, for people; empty where it learns all.

    Raises:
        CommandError: nothing is left to learn.
    """
    counts = Counter(column.present)
    lone = [text for text, count in counts.items() if count == 1]
    if lone and len(counts) == 2:
        raise _refused(
            f"--label: class {lone[0]!r} of column {column.name!r} has one row "
            f"(row {column.values.index(lone[0]) + 1}), and two classes need at least two rows "
            "each. Add rows, or correct the label."
        )
    if not lone:
        return ""
    return f"; {listed(lone, _SHOWN_CLASSES)} with one row, too few to learn"


def _require_rows(column: Column) -> None:
    rows = len(column.present)
    if rows < _FEWEST_ROWS:
        raise _refused(
            f"--label: column {column.name!r} has a value in {rows} rows; allowed: at least "
            f"{_FEWEST_ROWS}, because models are compared on a fifth of the rows."
        )


def _refused(sentence: str) -> CommandError:
    return CommandError(sentence, again={})

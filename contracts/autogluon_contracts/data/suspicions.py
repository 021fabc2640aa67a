"""Find columns that a model should not learn from, or that deserve a look."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from autogluon_contracts.data.alike_texts import FIX_OF_ALIKE, alike_texts, odd_classes
from autogluon_contracts.data.cell_kinds import are_beyond_64_bits
from autogluon_contracts.data.cell_rules import NA_WORDS
from autogluon_contracts.data.column import Column
from autogluon_contracts.data.date_numbers import FIX_OF_NUMBERS, date_numbers
from autogluon_contracts.data.leak_limits import CORRELATION, FEWEST_ROWS, ROWS_PER_VALUE
from autogluon_contracts.data.placeholders import FIX_OF_PLACEHOLDERS, placeholder
from autogluon_contracts.data.stray_numbers import FIX_OF_UNITS, mixed_units, stray_texts
from autogluon_contracts.data.stray_numbers import fix_of as fix_of_strays
from autogluon_contracts.data.unread_dates import ONLY_TIME, fix_of, unread_dates
from autogluon_contracts.wording import listed

# "Id" ends a word in camelCase alone: bid, amount_paid and covid are not ids; nor is a price index.
_ID_NAME = re.compile(
    r"(?i:(^|[_\W])(id|uuid|guid|key|nr|no|number)$|^((row|sample|record)[_\W]?)?index$|^unnamed)"
    r"|[a-z](Id|ID)$"
)
_MISSING_SHARE = 0.95
_OF_NUMBERS = ("regression", "quantile")


@dataclass(frozen=True)
class Suspicion:
    """A suspicious column. `leave_out` says that learning from it would do harm."""

    column: str
    kind: str  # such as "id", "leak" or "constant": the functions below
    sentence: str
    leave_out: bool


def find_suspicions(
    columns: Sequence[Column], rows: int, label: str, problem_type: str
) -> list[Suspicion]:
    """Return at most one suspicion per column, the most serious, in the file's order.

    Of the label itself, they are classes that are probably no classes of their own.

    Args:
        columns: those of a table of `rows` rows, the label among them.
        rows: fewer than 20 prove nothing, but show how cells are read.
        label: the name of the column to predict.
        problem_type: `regression`, `quantile`, or one of classes.
    """
    truth = next((column for column in columns if column.name == label), None)
    if truth is None:
        return []
    found = [
        _odd_classes(column, problem_type)
        if column is truth
        else _proven(column, rows, truth, problem_type)
        if rows >= FEWEST_ROWS
        else _of_reading(column)
        for column in columns
    ]
    return [suspicion for suspicion in found if suspicion is not None]


def _proven(column: Column, rows: int, truth: Column, problem_type: str) -> Suspicion | None:
    """Return what enough rows show beside how their cells are read."""
    return (
        _constant(column)
        or _leak(column, truth, problem_type)
        or _dates(column)
        or _id(column, rows)
        or _missing(column, rows)
        or _placeholder(column)
        or _units(column)
        or _stray_words(column)
        or _large_number(column)
        or _high_cardinality(column)
        or _na_words(column)
        or _alike(column)
    )


def _of_reading(column: Column) -> Suspicion | None:
    """Return what shows in one row as well as in many: how a cell is read."""
    return (
        _dates(column)
        or _units(column)
        or _stray_words(column)
        or _large_number(column)
        or _na_words(column)
        or _alike(column)
    )


def _dates(column: Column) -> Suspicion | None:
    return _ambiguous_date(column) or _unread_date(column) or _date_number(column)


def _odd_classes(label: Column, problem_type: str) -> Suspicion | None:
    sentence = "" if problem_type in _OF_NUMBERS else odd_classes(Counter(label.present))
    return Suspicion(label.name, "odd-classes", sentence, leave_out=False) if sentence else None


def _constant(column: Column) -> Suspicion | None:
    if len(column.distinct) > 1:
        return None
    what = f"always {next(iter(column.distinct))!r}" if column.distinct else "always empty"
    return Suspicion(column.name, "constant", f"{what}; AutoGluon drops it", leave_out=False)


def _ambiguous_date(column: Column) -> Suspicion | None:
    if not column.present or column.date_orders is None or len(column.date_orders) < 2:
        return None
    sentence = (
        f"dates whose month may come first or second, read as categories; say which in "
        f"data.date_order: {{{column.name}: month-day-year}} or day-month-year"
    )
    return Suspicion(column.name, "ambiguous-date", sentence, leave_out=False)


def _unread_date(column: Column) -> Suspicion | None:
    if column.kind not in ("category", "text"):
        return None
    texts = list(dict.fromkeys(value.strip() for value in column.present))
    unread = next(iter(unread_dates(texts).items()), None)
    if unread is None:
        return None
    plural = "categories" if column.kind == "category" else "texts"
    text, reason = unread
    what = "times" if reason == ONLY_TIME else "dates"
    sentence = f"{what}, but read as {plural} because of {text!r}: {reason}; {fix_of(reason)}"
    return Suspicion(column.name, "unread-date", sentence, leave_out=False)


def _date_number(column: Column) -> Suspicion | None:
    if column.kind not in ("whole number", "number"):
        return None
    what = date_numbers(column.name, {value.strip() for value in column.distinct})
    if not what:
        return None
    return Suspicion(
        column.name, "date-number", f"{what}, read as numbers; {FIX_OF_NUMBERS}", leave_out=False
    )


def _id(column: Column, rows: int) -> Suspicion | None:
    if len(column.distinct) != rows or column.kind in ("number", "date", "text"):
        return None
    # Measurements may differ in each row, and one cell that is a word makes them texts.
    numeric = column.numbers is not None
    named = _ID_NAME.search(column.name) is not None
    measured = numeric or _stray_words(column) is not None
    if measured and not (named or (numeric and _counts(column))):
        return None
    return Suspicion(column.name, "id", "an id: each row has its own value", leave_out=True)


def _counts(column: Column) -> bool:
    numbers = column.numbers or []
    return all(b - a == 1 for a, b in pairwise(numbers))


def _leak(column: Column, label: Column, problem_type: str) -> Suspicion | None:
    pairs = [
        (value, truth)
        for value, truth in zip(column.values, label.values, strict=True)
        if value.strip() and truth.strip()
    ]
    if len(pairs) < FEWEST_ROWS:
        return None
    if problem_type in _OF_NUMBERS:
        tells = column.numbers is not None and _correlates(pairs)
    else:
        tells = _determines(pairs) or (column.numbers is not None and _separates(pairs))
    if not tells:
        return None
    sentence = f"determines {label.name!r} by itself: is it known at prediction time?"
    return Suspicion(column.name, "leak", sentence, leave_out=True)


def _correlates(pairs: list[tuple[str, str]]) -> bool:
    x, y = [float(a) for a, _ in pairs if _finite(a)], [float(b) for _, b in pairs if _finite(b)]
    if len(x) != len(pairs) or len(y) != len(pairs):
        return False
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    square_x = sum((a - mean_x) ** 2 for a in x)
    square_y = sum((b - mean_y) ** 2 for b in y)
    product = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    if square_x == 0 or square_y == 0:
        return False
    return abs(product) / math.sqrt(square_x * square_y) > CORRELATION


def _determines(pairs: list[tuple[str, str]]) -> bool:
    """Tell whether each value occurs with one class only, and often enough to prove it."""
    class_of: dict[str, str] = {}
    for value, truth in pairs:
        if class_of.setdefault(value, truth) != truth:
            return False
    return len(class_of) * ROWS_PER_VALUE <= len(pairs)


def _separates(pairs: list[tuple[str, str]]) -> bool:
    """Tell whether the classes' ranges of numbers do not overlap."""
    ranges: dict[str, tuple[float, float]] = {}
    for value, truth in pairs:
        if not _finite(value):
            return False
        number = float(value)
        if any(low <= number <= high for other, (low, high) in ranges.items() if other != truth):
            return False
        low, high = ranges.get(truth, (math.inf, -math.inf))
        ranges[truth] = (min(low, number), max(high, number))
    ordered = sorted(ranges.values())
    return all(a[1] < b[0] for a, b in pairwise(ordered))


def _finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _missing(column: Column, rows: int) -> Suspicion | None:
    share = 1 - len(column.present) / rows
    if share <= _MISSING_SHARE:
        return None
    return Suspicion(column.name, "missing", f"{share:.0%} of its values are missing", False)


def _placeholder(column: Column) -> Suspicion | None:
    if column.kind not in ("whole number", "number"):
        return None
    counts = Counter(column.numbers)
    number = placeholder(counts)
    if number is None:
        return None
    cells = f"{counts[number]:,} cells with {number:.15g}"
    sentence = f"{cells}, far from all others; {FIX_OF_PLACEHOLDERS}"
    return Suspicion(column.name, "placeholder", sentence, leave_out=False)


def _units(column: Column) -> Suspicion | None:
    if column.kind != "category" or column.are_categories:
        return None
    units = mixed_units(column.counts)
    if not units:
        return None
    sentence = f"numbers in the units {listed(units)}, read as categories; {FIX_OF_UNITS}"
    return Suspicion(column.name, "several-units", sentence, leave_out=False)


def _stray_words(column: Column) -> Suspicion | None:
    if column.kind != "category" or column.are_categories or column.date_orders:
        return None
    words = stray_texts(column.counts)
    if not words:
        return None
    shown = ", ".join(map(repr, words))
    sentence = f"numbers, but read as categories because of {shown}; {fix_of_strays(words)}"
    return Suspicion(column.name, "stray-words", sentence, leave_out=False)


def _large_number(column: Column) -> Suspicion | None:
    if column.kind != "category" or not are_beyond_64_bits(column.present):
        return None
    large = max(column.present, key=lambda value: abs(float(value)))
    sentence = f"read as categories, as ids are: {large!r} does not fit a 64-bit whole number"
    return Suspicion(column.name, "large-number", sentence, leave_out=False)


def _na_words(column: Column) -> Suspicion | None:
    words = Counter(value for value in column.values if value in NA_WORDS)
    if column.kind not in ("category", "text") or not words:
        return None
    sentence = (
        f"{words.total():,} cells with {listed(list(words))} are read as missing; if they are "
        "values, list the column in data.keep_na"
    )
    return Suspicion(column.name, "missing-words", sentence, leave_out=False)


def _alike(column: Column) -> Suspicion | None:
    alike = alike_texts(column.distinct) if column.kind == "category" else None
    if alike is None:
        return None
    sentence = f"{alike[0]!r} and {alike[1]!r} are two categories; {FIX_OF_ALIKE}"
    return Suspicion(column.name, "alike", sentence, leave_out=False)


def _high_cardinality(column: Column) -> Suspicion | None:
    count = len(column.distinct)
    if column.kind != "category" or count < 50 or 2 * count < len(column.present):
        return None
    sentence = f"{count:,} distinct texts in {len(column.present):,} rows: hard to learn from"
    return Suspicion(column.name, "high-cardinality", sentence, leave_out=False)

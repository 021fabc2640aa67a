"""Count the rows of a label's classes, to find classes and labels that nothing can learn."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from autogluon_contracts.data.cell_kinds import is_boolean, is_number
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.byte_stream import ReadBudget
from autogluon_lambdas.logic.data.label_scan import label_cells
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_ENOUGH_ROWS = 1_000
_FEWEST_ROWS = 6
_MOST_CLASSES = 50_000
_MOST_NOTES = 5
_SHOWN = 80
_VALUES: tuple[tuple[Callable[[str], bool], Callable[[str], object]], ...] = (
    (is_number, Decimal),
    (is_boolean, str.lower),
)


@dataclass
class _Class:
    name: str
    where: str
    rows: int = 0


def check_classes(
    store: ObjectStore,
    files: DataFiles,
    label: str,
    budget: ReadBudget,
    *,
    problem_type: str | None,
    missing: Collection[str],
) -> list[str]:
    """Return a sentence for each class with one row, which AutoGluon leaves out.

    Stops after 1,000 rows where each class has two by then. Where the budget ends before the data,
    for many classes and for fewer than six rows, the training job decides.

    Args:
        store: where the files are.
        files: those of the training data.
        label: its column of classes.
        budget: what the look may cost.
        problem_type: of the settings, one of classes; None where AutoGluon infers it.
        missing: the texts that are not classes.

    Raises:
        InvalidDataError: nothing is left to learn, because there are two classes only or each row
            has its own; or there are more than two where `binary` needs two.
    """
    found: dict[str, _Class] = {}
    rows, lone, numbers = 0, 0, problem_type is None
    for entry, row, text in label_cells(store, files, label, budget):
        if text in missing:
            continue
        rows += 1
        numbers = numbers and is_number(text)
        one = found.setdefault(text, _Class(text, f"{entry.location.uri}, row {row}"))
        one.rows += 1
        lone += {1: 1, 2: -1}.get(one.rows, 0)
        if len(found) > _MOST_CLASSES or (rows >= _ENOUGH_ROWS and not lone):
            break
    classes = _by_value(list(found.values()))
    # Of numbers AutoGluon may make a regression, but two values are always classes to it
    # (`infer_problem_type`).
    if not classes or (numbers and len(classes) != 2):
        return []
    if problem_type == "binary" and len(classes) > 2:
        raise InvalidDataError(
            f'{files.key}: label "{label}" has more than two classes, '
            f"{listed([one.name for one in classes], 3)}, and problem_type binary needs "
            "two.",
            advice="Correct the label, or set problem_type to multiclass.",
        )
    if budget.spent or len(found) > _MOST_CLASSES or rows < _FEWEST_ROWS:
        return []
    _require_repeated(files.key, label, classes, rows)
    notes = [
        f'Class "{one.name[:_SHOWN]}" of label "{label}" has one row ({one.where}), too few to '
        "learn."
        for one in classes
        if one.rows == 1
    ]
    more = len(notes) - _MOST_NOTES
    return [
        *notes[:_MOST_NOTES],
        *([f"{more:,} more classes have one row each."] if more > 0 else []),
    ]


def _by_value(classes: list[_Class]) -> list[_Class]:
    """Join the classes that jobs read as one: in a column of numbers, 1 and 1.0 are the same."""
    for is_one, value in _VALUES:
        if all(is_one(each.name) for each in classes):
            joined: dict[object, _Class] = {}
            for each in classes:
                first = joined.setdefault(value(each.name.strip()), replace(each, rows=0))
                first.rows += each.rows
            return list(joined.values())
    return classes


def _require_repeated(key: str, label: str, found: list[_Class], rows: int) -> None:
    lone = sum(each.rows == 1 for each in found)
    if lone == len(found):
        raise InvalidDataError(
            f'{key}: each of the {rows:,} training rows has a class of its own in label "{label}".',
            advice="Choose a label whose classes repeat.",
        )
    if lone and len(found) == 2:
        one = next(each for each in found if each.rows == 1)
        raise InvalidDataError(
            f'{key}: class "{one.name[:_SHOWN]}" of label "{label}" has one row ({one.where}), and '
            "two classes need at least two rows each.",
            advice="Add rows, or correct the label.",
        )

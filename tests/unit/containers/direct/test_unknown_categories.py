"""Categories that training did not see: the direct path and AutoGluon answer as if missing."""

from __future__ import annotations

import csv
import io

import pytest

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_jobs.serving.codecs import Answer
from autogluon_jobs.serving.real_time import RealTimeModel
from tests.unit.containers.direct.conftest import Trained, head


@pytest.mark.parametrize("rows", [1, 30, 300])
@pytest.mark.parametrize("engine", ["direct", "autogluon"])
def test_they_are_counted_and_answered_as_missing(
    ensemble: Trained, engine: str, rows: int
) -> None:
    model = RealTimeModel(ensemble.schema, getattr(ensemble, engine))
    asked = {word: _asked(model, word, rows) for word in ("Mars", "")}
    assert asked["Mars"].body == asked[""].body
    assert asked["Mars"].unknown == UnknownCategories(2 * rows, ("workclass", "education"))
    assert asked[""].unknown == UnknownCategories()


def _asked(model: RealTimeModel, word: str, rows: int) -> Answer:
    table = list(csv.DictReader(io.StringIO(head("income", rows))))
    for row in table:
        row |= {"workclass": word, "education": word}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return model.answer(text.getvalue(), "text/csv", "application/json")

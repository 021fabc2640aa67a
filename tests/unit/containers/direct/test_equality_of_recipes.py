"""`benchmarks.equality` compares bits, and counts those that differ."""

from __future__ import annotations

import numpy as np

from autogluon_jobs.answers.predictions import Predictions
from benchmarks.equality import Finding, compared, differences, page
from tests.unit.containers.direct.conftest import Trained, holdout


def answers(*scores: float, kind: type = np.float64) -> Predictions:
    labels = np.array(["no"] * len(scores), dtype=object)
    return Predictions({"y": labels}, {"p": np.array(scores, dtype=kind)})


def test_every_bit_of_a_float_counts() -> None:
    wanted = answers(0.1, 0.0, np.nan)
    assert differences(wanted, answers(0.1, 0.0, np.nan)) == 0
    assert differences(wanted, answers(np.nextafter(0.1, 1), -0.0, np.nan)) == 2
    assert differences(wanted, answers(0.1, 0.0, np.nan, kind=np.float32)) == 3


def test_the_direct_path_is_compared_in_calls_of_several_sizes(ensemble: Trained) -> None:
    lines = holdout("income").splitlines(keepends=True)[:200]
    cells = [line.rpartition(b",")[0] for line in lines]  # without the label
    models, rows, values, differing = compared(ensemble.artifact, b"\n".join(cells))
    assert (models, rows, differing) == (3, 199, 0)
    assert values > 3 * rows


def test_the_page_says_what_differs() -> None:
    text = page([Finding("LightGBM alone", 1, 100, 900, 2, 50), Finding("A mix", 3, 10, 90, 0, 50)])
    assert "Values that differ: 2." in text
    assert "| LightGBM alone | 1 | 100 | 900 | 2 | 50 |" in text
    assert "sent 100 odd" in text

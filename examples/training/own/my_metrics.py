"""What a letter to a household is worth: a metric that AutoGluon chooses models by."""

import numpy as np
from autogluon.core.metrics import make_scorer

GAIN, COST = 9.0, 1.0
"""What a household with a high income brings, and what each letter costs, in euros."""


def euros_per_household(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Return the profit per household if all of the predicted class 1 get a letter."""
    letters = np.asarray(y_pred) == 1
    answers = letters & (np.asarray(y_true) == 1)
    return float((GAIN * answers.sum() - COST * letters.sum()) / len(letters))


profit = make_scorer("profit", euros_per_household, optimum=GAIN, greater_is_better=True)

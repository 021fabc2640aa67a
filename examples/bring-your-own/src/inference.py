"""Answer rows of CSV with a header: SageMaker's scikit-learn server calls these functions."""

import io
from pathlib import Path

import joblib
import pandas as pd
from columns import prepared


def model_fn(model_dir):
    """Load what train.py saved."""
    return joblib.load(Path(model_dir) / "model.joblib")


def input_fn(body, content_type):
    """Return the rows of a request, cells as text."""
    if content_type != "text/csv":
        raise ValueError(f"got {content_type}; send text/csv with a header")
    return pd.read_csv(io.StringIO(body), dtype=str)


def predict_fn(rows, saved):
    """Return the class of each row, and how likely the model holds it."""
    model = saved["model"]
    chances = model.predict_proba(prepared(rows[saved["columns"]], saved["categories"]))
    return pd.DataFrame(
        {"class": model.classes_[chances.argmax(axis=1)], "probability": chances.max(axis=1)}
    )


def output_fn(answers, accept):
    """Return a line of CSV for each row, without a header."""
    return answers.to_csv(index=False, header=False), accept

"""Train scikit-learn's gradient boosting on tables: SageMaker calls this script."""

import argparse
import os
from pathlib import Path

import joblib
import pandas as pd
from columns import prepared
from sklearn.ensemble import HistGradientBoostingClassifier

LABEL = "class"


def table(channel):
    """Return the rows of all CSV files of a channel, cells as text; None without the channel."""
    folder = os.environ.get(f"SM_CHANNEL_{channel}")
    if folder is None:
        return None
    files = sorted(Path(folder).glob("*.csv"))
    return pd.concat([pd.read_csv(file, dtype=str) for file in files])


def main():
    """Learn, measure, save."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-leaf-nodes", type=int, default=31)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    options = parser.parse_args()
    train, test = table("TRAIN"), table("TEST")
    features = train.drop(columns=LABEL)
    categories = {
        name: sorted(cells.dropna().unique())
        for name, cells in features.items()
        if pd.to_numeric(cells.dropna(), errors="coerce").isna().any()
    }
    model = HistGradientBoostingClassifier(
        max_leaf_nodes=options.max_leaf_nodes, learning_rate=options.learning_rate, random_state=0
    ).fit(prepared(features, categories), train[LABEL])
    if test is not None:
        rows = prepared(test[list(features)], categories)
        print(f"accuracy={model.score(rows, test[LABEL]):.4f}")
    saved = {"model": model, "categories": categories, "columns": list(features)}
    joblib.dump(saved, Path(os.environ["SM_MODEL_DIR"]) / "model.joblib")


if __name__ == "__main__":
    main()

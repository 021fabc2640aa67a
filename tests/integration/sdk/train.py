"""What a user of the SDK trains: scikit-learn, with the paths of SageMaker's documentation."""

import argparse
import pickle
from pathlib import Path

from sklearn.linear_model import LogisticRegression

parser = argparse.ArgumentParser()
parser.add_argument("--strength", type=float, default=1.0)
strength = parser.parse_args().strength
rows = [line.split(",") for line in Path("/opt/ml/input/data/train/data.csv").read_text().split()]
model = LogisticRegression(C=strength).fit(
    [[float(value)] for value, _ in rows], [int(label) for _, label in rows]
)
print("accuracy=1.0", flush=True)
Path("/opt/ml/model/model.pkl").write_bytes(pickle.dumps(model))

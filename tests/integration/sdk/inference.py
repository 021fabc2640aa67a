"""What a user of the SDK serves."""

import pickle
from pathlib import Path
from typing import Any


def model_fn(model_dir: str) -> Any:
    return pickle.loads(Path(model_dir, "model.pkl").read_bytes())


def transform_fn(model: Any, body: str, content_type: str, accept: str) -> tuple[str, str]:
    answers = model.predict([[float(line)] for line in body.split()])
    return "\n".join(str(answer) for answer in answers), "text/csv"

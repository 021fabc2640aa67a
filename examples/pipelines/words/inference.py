"""Turn the model's answers into decisions."""

import json
import os

_POSITIVE = ">50K_proba"


def model_fn(_model_dir):
    """Return the probability from which on there is an offer."""
    return float(os.environ["THRESHOLD"])


def input_fn(body, content_type):
    """Return the model's answers, one a line."""
    if content_type != "application/jsonl":
        raise ValueError(f"got {content_type}; give the model's container this `accept`")
    text = body if isinstance(body, str) else body.decode()
    return [json.loads(line) for line in text.splitlines()]


def predict_fn(answers, threshold):
    """Return a decision for each answer."""
    return [
        {
            "decision": "offer" if answer[_POSITIVE] >= threshold else "wait",
            "probability": answer[_POSITIVE],
        }
        for answer in answers
    ]


def output_fn(decisions, _accept):
    """Return one decision a line."""
    lines = "".join(json.dumps(decision) + "\n" for decision in decisions)
    return lines, "application/jsonl"

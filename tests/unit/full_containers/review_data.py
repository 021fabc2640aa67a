"""Reviews with a text, numbers and a category, whose label depends on the text and a number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

_GOOD = ("good works great", "a great love", "love the fine works", "nice was great")
_LONG = "was a fine the not again"  # from ten words on, texts are varied in training
_BAD = ("bad never again", "awful was broken", "hate the dull a", "broken is bad")

TINY: dict[str, Any] = {
    "hyperparameters": {
        "model.names": ["hf_text", "numerical_mlp", "categorical_mlp", "fusion_mlp"],
        "model.hf_text.checkpoint_name": "weights/tiny-bert",
        "model.hf_text.max_text_len": 32,
        "optim.max_epochs": 1,
        "optim.lr": 0.01,
        "optim.val_check_interval": 1.0,
        "env.num_workers": 0,
        "env.num_workers_inference": 0,
        "env.batch_size": 16,
        "env.per_gpu_batch_size": 16,
    }
}


def reviews(rows: int, seed: int) -> pd.DataFrame:
    """Return so many reviews."""
    dice = np.random.default_rng(seed)
    good = dice.random(rows) < 0.5
    text = [
        f"{dice.choice(_GOOD if liked else _BAD)} {dice.choice(['the', 'a', 'was'])} {at} {_LONG}"
        for at, liked in enumerate(good)
    ]
    stars = np.round(3 + 1.5 * (good - 0.5) + dice.normal(size=rows), 2)
    return pd.DataFrame(
        {
            "review": text,
            "stars": np.where(dice.random(rows) < 0.05, np.nan, stars),
            "shop": dice.choice(["north", "south", "web"], rows),
            "returned": dice.choice(["true", "false"], rows),
            "liked": np.where(good, "yes", "no"),
        }
    )

"""A packed predictor is compared with the fitted one, as exactly as 32 bits allow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from autogluon.multimodal import MultiModalPredictor

from autogluon_jobs.multimodal.training import artifact

PRICES = np.array([250_000.0, 310_000.0, 12.0], dtype=np.float32)


class Fitted:
    """A predictor of prices, in a folder."""

    problem_type = "regression"

    def __init__(self, path: Path, answers: Any) -> None:
        self.path = str(path)
        self._answers = answers

    def predict(self, _: Any, **__: Any) -> Any:
        return self._answers


def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: Any) -> None:
    (tmp_path / "fit").mkdir()
    (tmp_path / "fit" / "config.yaml").write_text("model: {}", encoding="utf-8")
    fitted, loaded = Fitted(tmp_path / "fit", PRICES), Fitted(tmp_path / "model", packed)
    monkeypatch.setattr(MultiModalPredictor, "load", lambda *_, **__: loaded)
    artifact.pack(fitted, tmp_path / "model", pd.DataFrame())


def test_the_last_bits_of_large_numbers_may_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(tmp_path, monkeypatch, np.nextafter(PRICES, np.float32(np.inf)))


def test_other_answers_end_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="answers otherwise"):
        pack(tmp_path, monkeypatch, PRICES * np.float32(1.001))

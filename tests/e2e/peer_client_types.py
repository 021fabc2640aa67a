"""What users of autogluon.cloud's other predictors do, run by its own environment's interpreter.

`peer_client_types.py timeseries|multimodal <settings.json>` fits, deploys, predicts, predicts in a
batch and deletes. What it saw is written as JSON to the settings' `answers`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from autogluon.cloud import MultiModalCloudPredictor, TimeSeriesCloudPredictor
from peer_client import wait_for_endpoint

INSTANCE = {"instance_type": "ml.m5.large"}


def forecast(settings: dict[str, Any]) -> dict[str, Any]:
    """Forecast series with a covariate that is known in advance, and a kind of each series."""
    history = pd.read_csv(settings["history"])
    future = pd.read_csv(settings["future"])
    series = pd.read_csv(settings["series"])
    predictor = TimeSeriesCloudPredictor(**_places(settings, "timeseries"))
    predictor.fit(
        history,
        static_features=series,
        predictor_init_args={
            "target": settings["target"],
            "prediction_length": settings["steps"],
            "known_covariates_names": settings["known"],
            "eval_metric": "MASE",
        },
        predictor_fit_args={
            "hyperparameters": {"SeasonalNaive": {}, "RecursiveTabular": {"max_num_items": 5}},
            "time_limit": 120,
        },
        framework_version="1.6",
        **INSTANCE,
    )
    answers = {"fit_status": predictor.get_fit_job_status()}
    endpoint = predictor.deploy(wait=False, **INSTANCE)
    wait_for_endpoint(predictor)
    asked = {"static_features": series, "known_covariates": future}
    answers["endpoint"] = _plain(endpoint.predict(history, **asked))
    answers["batch"] = _plain(predictor.predict(history, **asked, **INSTANCE))
    endpoint.delete_endpoint()
    return answers


def classify(settings: dict[str, Any]) -> dict[str, Any]:
    """Classify rows of text and numbers by a network from a local checkpoint."""
    test = pd.read_csv(settings["test"])
    predictor = MultiModalCloudPredictor(**_places(settings, "multimodal"))
    predictor.fit(
        pd.read_csv(settings["train"]),
        predictor_init_args={"label": settings["label"]},
        predictor_fit_args={
            "hyperparameters": {
                "model.names": ["hf_text", "numerical_mlp", "fusion_mlp"],
                "model.hf_text.checkpoint_name": settings["checkpoint"],
                "optim.max_epochs": 1,
                "env.num_workers": 0,
                "env.num_workers_inference": 0,
            },
            "time_limit": 120,
        },
        framework_version="1.6",
        **INSTANCE,
    )
    answers = {"fit_status": predictor.get_fit_job_status()}
    endpoint = predictor.deploy(wait=False, **INSTANCE)
    wait_for_endpoint(predictor)
    features = test.drop(columns=[settings["label"]])
    _, probabilities = endpoint.predict_proba(features)
    answers["endpoint"] = _plain(probabilities)
    _, probabilities = predictor.predict_proba(features, **INSTANCE)
    answers["batch"] = _plain(probabilities)
    endpoint.delete_endpoint()
    return answers


def _places(settings: dict[str, Any], folder: str) -> dict[str, str]:
    return {
        "local_output_path": f"{settings['folder']}/{folder}",
        "cloud_output_path": f"s3://{settings['bucket']}/{folder}",
        "role": settings["role"],
    }


def _plain(table: pd.DataFrame) -> list[list[Any]]:
    rows: list[list[Any]] = json.loads(table.to_json(orient="values", double_precision=15))
    return rows


if __name__ == "__main__":
    use = {"timeseries": forecast, "multimodal": classify}[sys.argv[1]]
    given = json.loads(Path(sys.argv[2]).read_text())
    Path(given["answers"]).write_text(json.dumps(use(given)))

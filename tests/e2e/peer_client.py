"""What a user of autogluon.cloud does, run by the interpreter of its own environment.

`peer_client.py cloud <settings.json>` fits, deploys, predicts and deletes; `peer_client.py local
<settings.json>` loads the saved client again and downloads the predictor. Both write what they saw
as JSON to the settings' `answers`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
from autogluon.cloud import TabularCloudPredictor


def use_the_cloud(settings: dict[str, Any]) -> dict[str, Any]:
    """Everything that needs no AutoGluon on the user's machine."""
    test = pd.read_csv(settings["test_data"])
    predictor = TabularCloudPredictor(
        local_output_path=settings["folder"],
        cloud_output_path=f"s3://{settings['bucket']}/peer",
        role=settings["role"],
    )
    predictor.fit(
        pd.read_csv(settings["train_data"]),
        predictor_init_args={"label": settings["label"], "eval_metric": "roc_auc"},
        predictor_fit_args={
            "hyperparameters": {"GBM": {"num_boost_round": 20}, "XT": {"n_estimators": 10}},
            "time_limit": 60,
        },
        framework_version="1.6",
        instance_type="ml.m5.large",
    )
    answers: dict[str, Any] = {
        "fit_status": predictor.get_fit_job_status(),
        "artifact": predictor.get_fit_job_output_path(),
        "leaderboard": predictor.leaderboard()["model"].tolist(),
    }
    # `wait=True` sleeps 30 s between its two looks at the endpoint.
    endpoint = predictor.deploy(instance_type="ml.m5.large", wait=False)
    wait_for_endpoint(predictor)
    answers["endpoint"] = endpoint.endpoint_name
    features = test.drop(columns=[settings["label"]])
    real_time, real_time_proba = endpoint.predict_proba(features)
    answers["real_time"] = real_time.tolist()
    answers["real_time_proba"] = real_time_proba.to_numpy().tolist()
    batch, batch_proba = predictor.predict_proba(features, instance_type="ml.m5.large")
    answers["batch"] = batch.tolist()
    answers["batch_proba"] = batch_proba.to_numpy().tolist()
    endpoint.delete_endpoint()
    predictor.save()
    return answers


def use_it_locally(settings: dict[str, Any]) -> dict[str, Any]:
    """Download the predictor and use it without the cloud."""
    features = pd.read_csv(settings["test_data"]).drop(columns=[settings["label"]])
    local = TabularCloudPredictor.load(settings["folder"]).to_local_predictor()
    return {"local_proba": local.predict_proba(features).to_numpy().tolist()}


def wait_for_endpoint(predictor: TabularCloudPredictor) -> None:
    client = predictor.backend.sagemaker_session.sagemaker_client
    deadline = time.monotonic() + 60
    while (description := client.describe_endpoint(EndpointName=predictor.endpoint_name))[
        "EndpointStatus"
    ] == "Creating" and time.monotonic() < deadline:
        time.sleep(0.2)
    if description["EndpointStatus"] != "InService":
        raise RuntimeError(f"endpoint: {description}")


if __name__ == "__main__":
    task = {"cloud": use_the_cloud, "local": use_it_locally}[sys.argv[1]]
    given = json.loads(Path(sys.argv[2]).read_text())
    Path(given["answers"]).write_text(json.dumps(task(given)))

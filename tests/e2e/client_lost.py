"""A client that the test kills: `client_lost.py fit|predict|deploy <name>`, then it waits."""

import sys

import pandas as pd

from autogluon_client import TabularCloudPredictor

task, name = sys.argv[1:]
predictor = TabularCloudPredictor()
if task == "fit":
    predictor.fit(
        {"label": "class"},
        {"train_data": "small.csv", "hyperparameters": {"GBM": {"num_boost_round": 20}}},
        job_name=name,
    )
else:
    predictor.attach_job("first-income")
    if task == "predict":
        frame = pd.read_csv("test.csv")
        predictor.predict(frame.set_axis(frame.index + 1000, axis="index"), job_name=name)
    else:
        predictor.deploy()

"""DAGs of one task that the story of Airflow lets fail, lose its worker, and be killed."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import DAG

from autogluon_client.airflow import AutoGluonTrainOperator

DATA = os.environ["AUTOGLUON_DATA"]
QUICK = {"hyperparameters": {"GBM": {"num_boost_round": 50}}, "fit_weighted_ensemble": False}


def one_task(dag_id: str, *, deferrable: bool, data: str, retries: int = 0) -> DAG:
    """Return a DAG that trains `income`, without a schedule."""
    with DAG(dag_id, schedule=None, start_date=datetime(2026, 1, 1)) as dag:
        AutoGluonTrainOperator(
            task_id="train",
            predictor="income",
            train_data=f"{DATA}/{data}",
            arguments={"fit_args": QUICK, "promote": False},
            deferrable=deferrable,
            retries=retries,
            retry_delay=timedelta(seconds=1),
            poll_seconds=1,
        )
    return dag


lost = one_task("lost", deferrable=False, data="test.csv", retries=1)
killed_on_a_worker = one_task("killed_on_a_worker", deferrable=False, data="test.csv")
killed_while_deferred = one_task("killed_while_deferred", deferrable=True, data="test.csv")
wrong = one_task("wrong", deferrable=True, data="absent.csv")

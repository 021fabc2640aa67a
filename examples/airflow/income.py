"""Each Monday: train on new rows, put the model into service if the gate approves, predict files.

AUTOGLUON_DATA is the S3 folder in which other tasks leave the rows.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import DAG

from autogluon_client.airflow import (
    AutoGluonBatchPredictOperator,
    AutoGluonPromoteOperator,
    AutoGluonTrainOperator,
)

DATA = os.environ.get("AUTOGLUON_DATA", "s3://my-data/income")

with DAG(
    "income",
    schedule="0 6 * * MON",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "deferrable": True},
) as dag:
    train = AutoGluonTrainOperator(
        task_id="train",
        predictor="income",
        train_data=f"{DATA}/train.csv",
        # The next task promotes.
        arguments={"test_data": f"{DATA}/test.csv", "promote": False},
    )
    promote = AutoGluonPromoteOperator(
        task_id="promote",
        predictor="income",
        # Fails where the quality gate has not approved the model.
        model="{{ ti.xcom_pull('train')['model_package_arn'] }}",
    )
    predict = AutoGluonBatchPredictOperator(
        task_id="predict",
        predictor="income",
        data=f"{DATA}/new.csv",
        arguments={"output_format": "parquet"},
    )
    train >> promote >> predict

"""Bad input ends an execution in its planner, with one sentence, before anything is paid for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_contracts.shown.states import ShownState
from tests.e2e.notifications import Notifications
from tests.e2e.support import (
    Account,
    Trained,
    Workflows,
    entered_states,
    live_model,
    training_job_names,
)
from tests.waiting import until

TRAIN = "age,job,class\n" + "".join(f"{20 + i},j{i % 3},{i % 2}\n" for i in range(60))


@pytest.fixture(scope="module")
def notifications(account: Account, deployment: Deployment) -> Iterator[Notifications]:
    return Notifications(account, deployment.failure_topic_arn)


@pytest.fixture
def upload(account: Account, deployment: Deployment) -> Any:
    def put(key: str, body: str) -> str:
        bucket = deployment.data_bucket
        account.client("s3").put_object(Bucket=bucket, Key=f"bad/{key}", Body=body.encode())
        return f"s3://{bucket}/bad/{key}"

    return put


CASES = {
    "no such object": ({"train_data": "s3://{bucket}/bad/nothing.csv"}, None, ["nothing.csv"]),
    "empty file": ({}, "", ["empty"]),
    "header only": ({}, "age,job,class\n", ["no rows"]),
    "label column absent": (
        {},
        TRAIN.replace("class", "clas"),
        ['"class"', "age", "job", "clas"],
    ),
    "label constant": (
        {},
        "age,job,class\n" + "".join(f"{i},a,1\n" for i in range(30)),
        ["class", "same value in every row"],
    ),
    "class with one row of two": (
        {},
        "age,job,class\n" + "".join(f"{i},a,{int(i == 3)}\n" for i in range(30)),
        ['class "1" of label "class" has one row', "row 4"],
    ),
    "header repeated": ({}, TRAIN + TRAIN, ["row 61 repeats the header"]),
    "Parquet named as CSV": ({}, "PAR1\x15\x04" + 40 * "x", ["is a Parquet file", "Name it"]),
    "number that is not finite": (
        {},
        TRAIN.replace("\n25,", "\ninf,"),
        ['"age" holds "inf"', "row 6"],
    ),
    "unknown predictor": ({"predictor": "incom"}, TRAIN, ["incom", "income"]),
    "unknown key": ({"train_dta": "x"}, TRAIN, ["train_dta", "train_data"]),
    "fit argument of a wrong type": (
        {"fit_args": {"time_limit": "ten"}},
        TRAIN,
        ["time_limit", "ten"],
    ),
    "instance type outside the allow-list": (
        {"instance_type": "ml.p3.16xlarge"},
        TRAIN,
        ["ml.p3.16xlarge", "ml.m5"],
    ),
}


@pytest.mark.parametrize("situation", CASES)
def test_the_planner_fails_the_execution_with_one_sentence_and_nothing_else_happens(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    notifications: Notifications,
    upload: Any,
    situation: str,
) -> None:
    arguments, content, words = CASES[situation]
    request = {"predictor": "income"} | arguments
    if content is not None:
        request["train_data"] = upload(situation.replace(" ", "-") + ".csv", content)
    request["train_data"] = request["train_data"].format(bucket=deployment.data_bucket)
    notifications.take()
    jobs = training_job_names(account)
    live = live_model(account, deployment, "income")
    objects = _keys(account, deployment.artifact_bucket)

    with pytest.raises(ExecutionFailedError) as failure:
        workflows.run("train", request)

    cause = failure.value.cause
    # No state that starts a job, or waits for one.
    entered = entered_states(account, failure.value.execution_arn)
    assert entered == [ShownState.PLAN_TRAINING, "Failed"]
    assert all(word in cause for word in words), cause
    assert "\n" not in cause
    assert "Traceback" not in cause
    assert training_job_names(account) == jobs
    assert live_model(account, deployment, "income") == live
    assert _keys(account, deployment.artifact_bucket) == objects
    # That of an earlier test's failure may come late.
    told = until(
        lambda: [each for each in notifications.take() if cause in each["Message"]],
        30,
        "the failure is reported",
    )
    assert len(told) == 1


def _keys(account: Account, bucket: str) -> set[str]:
    pages = account.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {found["Key"] for page in pages for found in page.get("Contents", [])}

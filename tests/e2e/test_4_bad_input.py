"""Bad input ends an execution in seconds, with one sentence, before anything is paid for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from tests.e2e.support import Account, Trained, Workflows, live_model, training_job_names
from tests.queue_policies import admit_topic

TRAIN = "age,job,class\n" + "".join(f"{20 + i},j{i % 3},{i % 2}\n" for i in range(60))


class Notifications:
    """A queue that is subscribed to the failure topic."""

    def __init__(self, account: Account, topic_arn: str) -> None:
        self._sqs = account.client("sqs")
        self._url = self._sqs.create_queue(QueueName="failures-of-tests")["QueueUrl"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        self._sqs.set_queue_attributes(
            QueueUrl=self._url, Attributes={"Policy": admit_topic(arn, topic_arn)}
        )
        account.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)

    def take(self) -> list[dict[str, Any]]:
        """Messages since the last call."""
        taken: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                taken.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return taken


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
def test_the_execution_fails_in_seconds_with_one_sentence_and_nothing_else_happens(
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

    started = time.monotonic()
    with pytest.raises(ExecutionFailedError) as failure:
        workflows.run("train", request)
    seconds = time.monotonic() - started

    cause = failure.value.cause
    assert seconds < 10
    assert all(word in cause for word in words), cause
    assert "\n" not in cause
    assert "Traceback" not in cause
    assert training_job_names(account) == jobs
    assert live_model(account, deployment, "income") == live
    assert _keys(account, deployment.artifact_bucket) == objects
    messages = notifications.take()
    assert len(messages) == 1
    assert cause in messages[0]["Message"]


def _keys(account: Account, bucket: str) -> set[str]:
    pages = account.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {found["Key"] for page in pages for found in page.get("Contents", [])}

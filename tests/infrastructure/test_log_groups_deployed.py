"""The function that configures SageMaker's log groups, deployed as in the template."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION, Runtime
from embedded_aws.server import EmbeddedAws
from tests.infrastructure.conftest import Templates
from tests.infrastructure.test_parameters_deployed import delete, deploy, part, upload
from tests.stack_events import stack_events

ROOT = Path(__file__).parents[2]
STACK = "autogluon-logs-workflows"
JOBS = [f"/aws/sagemaker/{kind}Jobs" for kind in ("Training", "Processing", "Transform")]
INCOME = "/aws/sagemaker/Endpoints/autogluon-logs-income"
DAYS = 30


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=ROOT / ".venv-image" / "bin" / "python",
        log=ActivityLog(io.StringIO()),
        services=("iam", "cloudformation", "lambda_runtime", "alarms"),
    ) as aws:
        yield aws.runtime


def key_for(runtime: Runtime, *groups: str) -> str:
    """A key whose policy admits these log groups, as docs/how-to/guardrails.md asks."""
    logs = f"arn:aws:logs:{DEFAULT_REGION}:{ACCOUNT_ID}:log-group:"
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    service = {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{DEFAULT_REGION}.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": [f"{logs}{each}" for each in groups]}
        },
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [owner, service]})
    made: str = runtime.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return made


@pytest.fixture(scope="module")
def template(
    runtime: Runtime, synthesize: Callable[[Environment], Templates]
) -> Callable[..., dict[str, Any]]:
    """What concerns the log groups of an environment under a key."""

    def make(key: str) -> dict[str, Any]:
        settings = {
            "log_retention_days": DAYS,
            "encryption": {"key_arn": key, "log_groups": True},
            "predictors": {
                "income": {
                    "init_args": {"label": "class"},
                    "endpoint": {"instance_type": "ml.m5.large"},
                }
            },
        }
        templates = synthesize(parse_environment("logs", settings, file="config/logs.yaml"))
        upload(runtime, templates, "logs")
        return part(templates["Workflows"], "LogGroups")

    return make


def found(runtime: Runtime) -> dict[str, tuple[int | None, str | None]]:
    pages = runtime.client("logs").get_paginator("describe_log_groups")
    return {
        group["logGroupName"]: (group.get("retentionInDays"), group.get("kmsKeyId"))
        for page in pages.paginate(logGroupNamePrefix="/aws/sagemaker/")
        for group in page["logGroups"]
    }


def test_groups_are_created_or_adopted_under_the_key(
    runtime: Runtime, template: Callable[..., dict[str, Any]]
) -> None:
    logs = runtime.client("logs")
    training, processing, transform = JOBS
    logs.create_log_group(logGroupName=training)  # as SageMaker does
    logs.create_log_group(logGroupName=processing)  # as another environment has done
    logs.put_retention_policy(logGroupName=processing, retentionInDays=400)
    theirs = key_for(runtime, processing)
    logs.associate_kms_key(logGroupName=processing, kmsKeyId=theirs)
    own = "autogluon-logs-*"
    key = key_for(runtime, own, f"/aws/sagemaker/Endpoints/{own}", *JOBS)

    assert deploy(runtime, STACK, template(key), "create") == "CREATE_COMPLETE"

    assert found(runtime) == {
        training: (DAYS, key),
        processing: (400, theirs),
        transform: (DAYS, key),
        INCOME: (DAYS, key),
    }
    before = found(runtime)
    delete(runtime, STACK)
    assert found(runtime) == before


def test_a_key_that_does_not_admit_the_groups_is_a_sentence(
    runtime: Runtime, template: Callable[..., dict[str, Any]]
) -> None:
    key = key_for(runtime, "autogluon-logs-*")

    assert deploy(runtime, STACK, template(key), "create") == "ROLLBACK_COMPLETE"

    events = stack_events(runtime.client("cloudformation"), STACK)
    reasons = " ".join(event.get("ResourceStatusReason", "") for event in events)
    assert f"cannot put {INCOME} under {key}" in reasons
    assert "or set encryption.log_groups: false" in reasons

"""Synthesize two environments of one account that use everything that brings permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon_constructs.settings import parse_environment
from scripts.synthesized_app import synthesized_app

ENVIRONMENTS = ("dev", "prod")
ACCOUNT, REGION = "123456789012", "us-east-1"
Template = Mapping[str, Any]
_SETTINGS: dict[str, Any] = {
    "account": ACCOUNT,
    "region": REGION,
    "alarms": {"failed_runs": 1},
    "data_access": ["s3://lake/curated/"],
    "delivery": {"host": "github", "repository": "octo-org/predictors", "provider": "existing"},
    "encryption": {"log_groups": True},
    "network": {"mode": "created", "lambdas": True},
    "weights": {"network": "none"},
    "predictors": {
        "income": {
            "init_args": {"label": "y"},
            "endpoint": {
                "instance_type": "ml.m5.large",
                "alarms": {"server_errors": 1},
                "promote_on_approval": True,
            },
            "schedules": {
                "weekly": {
                    "workflow": "train",
                    "expression": "rate(7 days)",
                    "input": {"train_data": "s3://{data_bucket}/income/{date}/"},
                }
            },
        },
        "housing": {
            "init_args": {"label": "y"},
            "endpoint": {"mode": "asynchronous", "instance_type": "ml.m5.large"},
        },
    },
}


def synthesized(environment: str) -> dict[str, Template]:
    """Return the templates of an environment by the names of their stacks."""
    settings = parse_environment(environment, _SETTINGS, file=f"config/{environment}.yaml")
    with synthesized_app(settings) as (_, assembly):
        return {stack.stack_name: stack.template for stack in assembly.stacks}

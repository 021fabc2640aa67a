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
    "removal": "destroy",
    "alarms": {"failed_runs": 1},
    "data_access": ["s3://lake/curated/"],
    "delivery": {"host": "github", "repository": "octo-org/predictors", "provider": "existing"},
    "encryption": {"log_groups": True},
    "network": {"mode": "created", "lambdas": True},
    "weights": {"network": "none"},
    "notebook": {
        "network": {
            "mode": "existing",
            "subnets": ["subnet-0123456789abcdef0"],
            "security_groups": ["sg-0123456789abcdef0"],
        }
    },
    "shared_endpoints": {"small": {"instance_type": "ml.m5.large", "max_instances": 2}},
    "predictors": {
        "income": {
            "init_args": {"label": "y"},
            "budget": {"usd_per_month": 50},
            "endpoint": {
                "instance_type": "ml.m5.large",
                "alarms": {"server_errors": 1},
                "autoscaling": {
                    "min_capacity": 1,
                    "max_capacity": 2,
                    "target_invocations_per_instance": 100,
                    "schedules": {
                        "nightly": {
                            "expression": "cron(0 20 * * ? *)",
                            "min_capacity": 1,
                            "max_capacity": 1,
                        }
                    },
                },
                "capture": {"percentage": 10},
                "promote_on_approval": True,
            },
            "schedules": {
                "weekly": {
                    "workflow": "train",
                    "expression": "rate(7 days)",
                    "input": {"train_data": "s3://{data_bucket}/income/{date}/"},
                }
            },
            "on_new_objects": {"incoming": {"location": "s3://{data_bucket}/incoming/"}},
        },
        "housing": {
            "init_args": {"label": "y"},
            "endpoint": {"mode": "asynchronous", "instance_type": "ml.m5.large"},
        },
        "rents": {
            "init_args": {"label": "y"},
            "endpoint": {"mode": "component", "shared_endpoint": "small"},
        },
        "houses": {
            "type": "xgboost",
            "algorithm_version": "1.7-1",
            "init_args": {"label": "y", "problem_type": "regression", "eval_metric": "rmse"},
            "fit_args": {"num_round": 100},
        },
        "homes": {
            "init_args": {"label": "y"},
            "endpoint": {
                "mode": "serverless",
                "memory_mb": 3072,
                "network_isolation": False,
                "network": {"mode": "none"},
            },
        },
        "words": {
            "init_args": {"label": "y"},
            "endpoint": {
                "instance_type": "ml.m5.large",
                "initial_instance_count": 2,
                "alarms": {"server_errors": 1},
                "update": {"strategy": "rolling", "batch_percent": 50, "rollback_alarms": True},
                "hours": {
                    "days": "mon-fri",
                    "start": "08:00",
                    "end": "18:00",
                    "timezone": "Europe/Berlin",
                },
                "ends": "2027-12-31",
                "pipeline": {
                    "containers": {
                        "clean": {"model_data": "s3://lake/curated/clean.tar.gz"},
                        "model": None,
                    }
                },
            },
        },
        "claims": {
            "init_args": {"label": "y"},
            "fit_args": {"num_bag_folds": 8},
            "network_isolation": False,
            "training": {"instance_count": 2},
        },
    },
}


def synthesized(environment: str) -> dict[str, Template]:
    """Return the templates of an environment by the names of their stacks."""
    predictors = {**_SETTINGS["predictors"], "prices": _by_own_algorithm(environment)}
    given = {**_SETTINGS, "predictors": predictors}
    settings = parse_environment(environment, given, file=f"config/{environment}.yaml")
    with synthesized_app(settings) as (_, assembly):
        return {stack.stack_name: stack.template for stack in assembly.stacks}


def _by_own_algorithm(environment: str) -> dict[str, Any]:
    """Return a predictor that an algorithm resource of the environment trains."""
    return {
        "type": "script",
        "algorithm_arn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:algorithm/{environment}-prices",
        "script": {"answers": ["y"]},
        "init_args": {"label": "y", "problem_type": "regression"},
        "quality_gate": {"metric": "mean", "minimum": 1},
    }

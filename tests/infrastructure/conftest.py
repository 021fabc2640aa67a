"""Templates are synthesized once per session: each synth costs seconds."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# The virtual environment's Node.js, which jsii supports, before any other.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from aws_cdk import App  # noqa: E402

from autogluon_constructs.settings import Environment, load_environment, parse_environment  # noqa: E402
from stacks.deployment import add_stacks  # noqa: E402
from tests.infrastructure.templates import flat, only  # noqa: E402

Template = dict[str, Any]


class Templates(dict[str, Template]):
    """Templates by stack id, and the folder with the assets."""

    folder: Path

    def spec(self, predictor: str) -> dict[str, Any]:
        """A predictor's spec, as the file has it that the deployment reads."""
        specs: dict[str, Any] = json.loads(self.predictors_file.read_text())["specs"]
        found: dict[str, Any] = specs[predictor]
        return found

    @property
    def predictors_file(self) -> Path:
        source = flat(only(self["Workflows"], "Custom::Predictors")["Properties"]["Source"])
        return self.folder / f"asset.{source.rpartition('/')[2]}"


def context() -> dict[str, Any]:
    """The feature flags that `cdk` passes from cdk.json."""
    flags: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return flags


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Environment], Templates]:
    """Templates by stack id, without cdk-nag."""

    def run(settings: Environment) -> Templates:
        outdir = tmp_path_factory.mktemp("assembly")
        app = App(
            outdir=str(outdir),
            analytics_reporting=False,
            context=context(),
            # It takes seconds, and test_nag.py has each kind of environment validated once.
            builtin_cloud_formation_validation=False,
        )
        add_stacks(app, settings)
        assembly = app.synth()
        templates = Templates({stack.id: stack.template for stack in assembly.stacks})
        templates.folder = outdir
        return templates

    return run


@pytest.fixture(scope="session")
def sandbox_settings() -> Environment:
    return load_environment("sandbox", ROOT / "config")


@pytest.fixture(scope="session")
def sandbox(
    synthesize: Callable[[Environment], Templates], sandbox_settings: Environment
) -> Templates:
    return synthesize(sandbox_settings)


@pytest.fixture(scope="session")
def prod_settings() -> Environment:
    return load_environment("prod", ROOT / "config")


@pytest.fixture(scope="session")
def prod(synthesize: Callable[[Environment], Templates], prod_settings: Environment) -> Templates:
    return synthesize(prod_settings)


@pytest.fixture(scope="session")
def rich_settings() -> Environment:
    """An environment that uses what the shipped ones leave out: a region, GPUs, data access."""
    gpu = {"instance_type": "ml.g5.xlarge"}
    settings = {
        "account": "123456789012",
        "region": "us-gov-west-1",
        "notification_emails": ["oncall@example.com"],
        "data_access": ["s3://lake/curated/", "s3://shared"],
        "network_isolation": False,
        "delivery": {"host": "gitlab", "repository": "data/ml/predictors"},
        "notebook": {"direct_internet": True},
        "predictors": {
            "vision-scores": {
                "init_args": {"label": "score"},
                "framework_version": "1.6",
                "training": gpu,
                "batch": gpu,
                "endpoint": {**gpu, "promote_on_approval": True},
                "schedules": {
                    "weekly": {
                        "workflow": "train",
                        "expression": "cron(0 3 ? * SUN *)",
                        "timezone": "America/New_York",
                        "input": {"train_data": "s3://{data_bucket}/scores/{date}/"},
                    },
                    "often": {
                        "workflow": "batch_predict",
                        "expression": "rate(6 hours)",
                        "input": {"data": "s3://lake/curated/scores/"},
                        "enabled": False,
                    },
                    "off": {
                        "workflow": "promote",
                        "expression": "cron(0 18 ? * MON-FRI *)",
                        "input": {"model": "none"},
                    },
                },
                "on_new_objects": {
                    "incoming": {
                        "location": "s3://{data_bucket}/incoming/",
                        "suffix": ".csv",
                        "input": {"output": "labels", "include_columns": ["<id>"]},
                    },
                    "curated": {"location": "s3://lake/curated/new/", "enabled": False},
                },
                "serving": {"optimize_for": "latency", "max_score_loss": 0.02},
            },
            "own-image": {
                "init_args": {"label": "y"},
                "image_uri": "210987654321.dkr.ecr.us-gov-west-1.amazonaws.com/ml/ours:7",
            },
            "mixed": {"init_args": {"label": "y"}, "training": gpu},
            "older": {"init_args": {"label": "y"}, "framework_version": "1.5"},
        },
    }
    return parse_environment("rich", settings, file="config/rich.yaml")


@pytest.fixture(scope="session")
def rich(synthesize: Callable[[Environment], Templates], rich_settings: Environment) -> Templates:
    return synthesize(rich_settings)


@pytest.fixture(scope="session")
def piped_settings() -> Environment:
    """An environment whose endpoint has containers of its own."""
    containers = {
        "clean": {"model_data": "s3://lake/steps/clean.tar.gz"},
        "model": None,
        "words": {"image_uri": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/ml/words:7"},
    }
    endpoint = {"instance_type": "ml.m5.large", "pipeline": {"containers": containers}}
    predictor = {"init_args": {"label": "class"}, "endpoint": endpoint}
    return parse_environment("piped", {"predictors": {"income": predictor}}, file="piped.yaml")


@pytest.fixture(scope="session")
def piped(synthesize: Callable[[Environment], Templates], piped_settings: Environment) -> Templates:
    return synthesize(piped_settings)


@pytest.fixture(scope="session")
def guarded_settings() -> Environment:
    """An environment under an organisation's rules: roles, bootstrap, keys, a VPC."""
    settings = {
        "removal": "destroy",
        "encryption": {"log_groups": True, "volumes": "required"},
        "network": {"mode": "created", "lambdas": True},
        "roles": {
            "permissions_boundary": "ml/boundary",
            "path": "/ml/",
            "name_prefix": "guarded-",
        },
        "bootstrap_qualifier": "ours",
        "weights": {"network": "none"},
        "notebook": {
            "network": {
                "mode": "existing",
                "subnets": ["subnet-0123456789abcdef0"],
                "security_groups": ["sg-0123456789abcdef0"],
            }
        },
        "tags": {"cost-centre": "1234"},
        "predictors": {
            "income": {
                "init_args": {"label": "class"},
                "endpoint": {
                    "instance_type": "ml.m5.large",
                    "initial_instance_count": 2,
                    "alarms": {"server_errors": 5},
                    "update": {
                        "strategy": "rolling",
                        "batch_percent": 50,
                        "rollback_alarms": True,
                    },
                    "ends": "14 days",
                },
            },
            "housing": {
                "init_args": {"label": "Price"},
                "network_isolation": False,
                "endpoint": {
                    "instance_type": "ml.m5.large",
                    "network": {
                        "mode": "existing",
                        "subnets": ["subnet-0123456789abcdef0"],
                        "security_groups": ["sg-0123456789abcdef0"],
                    },
                },
            },
            "open": {
                "init_args": {"label": "y"},
                "endpoint": {"instance_type": "ml.m5.large", "network": {"mode": "none"}},
            },
        },
    }
    return parse_environment("guarded", settings, file="config/guarded.yaml")


@pytest.fixture(scope="session")
def guarded(
    synthesize: Callable[[Environment], Templates], guarded_settings: Environment
) -> Templates:
    return synthesize(guarded_settings)


@pytest.fixture(scope="session")
def crowded_settings() -> Environment:
    """An environment with many predictors, whose names are long."""
    predictors = {f"{'p' * 26}-{n:03d}": {"init_args": {"label": "y"}} for n in range(60)}
    return parse_environment("e" * 20, {"predictors": predictors}, file="config/e.yaml")

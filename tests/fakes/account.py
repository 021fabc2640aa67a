"""A session of boto3 on an account in memory, with the environment of `sandbox` deployed."""

from __future__ import annotations

from typing import Any

from autogluon_contracts import names
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from tests.fakes.capacity import FakeImages, FakeQuotas
from tests.fakes.executions import FakeStates
from tests.fakes.logs import FakeLogs
from tests.fakes.metrics import FakeMetrics
from tests.fakes.objects import FakeS3
from tests.fakes.parameters import FakeSsm
from tests.fakes.permissions import FakePermissions
from tests.fakes.runtime import Container, FakeRuntime
from tests.fakes.sagemaker import FakeSageMaker
from tests.fakes.sandbox import DEPLOYMENT_PARAMETER, ENVIRONMENT, REGION, deployment, spec
from tests.fakes.schedules import FakeScheduler
from tests.fakes.stacks import FakeStacks

BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"


class FakeAws:
    """What the client and the command line ask of AWS, and no more.

    Args:
        specs: of the predictors. Default: `income`.
        container: what endpoints answer with.
    """

    region_name: str | None = REGION

    def __init__(self, *specs: dict[str, Any], container: Container = lambda *_: b"") -> None:
        self.permissions = FakePermissions()
        self.s3 = FakeS3()
        self.ssm = FakeSsm({BOOTSTRAP_PARAMETER: "30"})
        self.states = FakeStates(self.permissions)
        self.sagemaker = FakeSageMaker(self.permissions)
        self.runtime = FakeRuntime(container)
        self.logs = FakeLogs()
        self.metrics = FakeMetrics()
        self.stacks = FakeStacks(self.permissions, self.s3)
        self.scheduler = FakeScheduler(self.permissions)
        self.images = FakeImages()
        self.quotas = FakeQuotas()
        predictors = {entry["name"]: entry for entry in specs or (spec(),)}
        self.ssm.values[DEPLOYMENT_PARAMETER] = deployment(*predictors)
        for name, entry in predictors.items():
            # A deployment writes every key.
            written = PredictorSpec.from_json(entry).to_json()
            self.ssm.values[names.spec_parameter(ENVIRONMENT, name)] = written
            self.ssm.values[names.live_model_parameter(ENVIRONMENT, name)] = names.NO_MODEL

    def declare_shared_endpoints(self, *shared: str) -> None:
        """Let the deployed settings declare these, and no others."""
        document = dict(self.ssm.values[DEPLOYMENT_PARAMETER])
        self.ssm.values[DEPLOYMENT_PARAMETER] = document | {"shared_endpoints": list(shared)}

    def client(self, service: str, **_: Any) -> Any:
        """Return the fake of a service."""
        return {
            "s3": self.s3,
            "ssm": self.ssm,
            "stepfunctions": self.states,
            "sagemaker": self.sagemaker,
            "sagemaker-runtime": self.runtime,
            "logs": self.logs,
            "cloudwatch": self.metrics,
            "cloudformation": self.stacks,
            "scheduler": self.scheduler,
            "ecr": self.images,
            "service-quotas": self.quotas,
            "iam": self.permissions,
            "sts": self.permissions,
        }[service]

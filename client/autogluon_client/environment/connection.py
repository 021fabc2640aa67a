"""Connect to one environment of one AWS account."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import UnknownPredictorError
from autogluon_contracts import names
from autogluon_contracts.documents.spec_parameter import spec_values
from autogluon_contracts.suggestions import did_you_mean

DEFAULT_ENVIRONMENT = "sandbox"
DEFAULT_PREDICTOR = "sandbox"


class Connection:
    """Hold the session, the clients and what SSM says about the environment, all read late.

    Everything is read once, except the live model, which other people change.
    """

    def __init__(self, environment: str | None = None, session: Any = None) -> None:
        self.environment = (
            environment or os.environ.get("AUTOGLUON_ENVIRONMENT") or DEFAULT_ENVIRONMENT
        )
        self._given_session = session
        self._clients: dict[str, Any] = {}
        self._specs: dict[str, dict[str, Any]] = {}

    @cached_property
    def session(self) -> Any:
        """Return the boto3 session given, or one of the ambient credentials."""
        if self._given_session is not None:
            return self._given_session
        import boto3  # late: it takes longer than everything else here

        return boto3.session.Session()

    @cached_property
    def deployment(self) -> Deployment:
        """Read where everything is; raises NotDeployedError."""
        return Deployment.load(self.session, self.environment)

    def client(self, service: str) -> Any:
        """Return the session's boto3 client of a service."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)
        return self._clients[service]

    def spec(self, predictor: str) -> dict[str, Any]:
        """Read a predictor's deployed settings (docs/reference/contracts.md).

        Raises:
            UnknownPredictorError: the environment has no such predictor.
        """
        if predictor not in self._specs:
            known = self.deployment.predictors
            if predictor not in known:
                raise _unknown(predictor, self.environment, known)
            name = names.spec_parameter(self.environment, predictor)
            folder = name.rpartition("/")[0]
            self._specs[predictor] = spec_values(
                self._parameter(name), lambda part: self._parameter(f"{folder}/{part}")
            )
        return self._specs[predictor]

    def live_model(self, predictor: str, variant: str = names.MAIN_VARIANT) -> str:
        """Read `none` or the ARN of the model package in service, anew at each call."""
        return self._parameter(self.deployment.live_model_parameter(predictor, variant))

    def _parameter(self, name: str) -> str:
        return str(self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])


def chosen_predictor(name: str | None) -> str:
    """Return the predictor to drive: the one given, AUTOGLUON_PREDICTOR, or `sandbox`."""
    return name or os.environ.get("AUTOGLUON_PREDICTOR") or DEFAULT_PREDICTOR


def _unknown(predictor: str, environment: str, known: tuple[str, ...]) -> UnknownPredictorError:
    return UnknownPredictorError(
        f'Environment "{environment}" has no predictor "{predictor}"'
        f"{did_you_mean(predictor, known)}.",
        predictor=predictor,
        known=known,
        advice=f"Pass predictor= one of {', '.join(known) or '(none yet)'}, or add it to "
        f"config/{environment}.yaml and run `cdk deploy --all`.",
    )

"""One environment of one AWS account, as the rest of the client sees it."""

from __future__ import annotations

import difflib
import json
import os
from functools import cached_property
from typing import Any

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import UnknownPredictorError

DEFAULT_ENVIRONMENT = "sandbox"
DEFAULT_PREDICTOR = "sandbox"


class Connection:
    """Sessions, clients and what SSM says about the environment, read late.

    All is read once but the live model, which others change.
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
        """The boto3 session given, or one of the ambient credentials."""
        if self._given_session is not None:
            return self._given_session
        import boto3  # late: it costs more time than everything else here

        return boto3.session.Session()

    @cached_property
    def deployment(self) -> Deployment:
        """Where everything is; raises NotDeployedError."""
        return Deployment.load(self.session, self.environment)

    def client(self, service: str) -> Any:
        """The session's boto3 client of a service."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)
        return self._clients[service]

    def spec(self, predictor: str) -> dict[str, Any]:
        """The settings of a predictor as they are deployed (docs/reference/contracts.md).

        Raises:
            UnknownPredictorError: the environment has no such predictor.
        """
        if predictor not in self._specs:
            known = self.deployment.predictors
            if predictor not in known:
                raise UnknownPredictorError(_unknown(predictor, self.environment, known))
            name = f"/autogluon/{self.environment}/predictors/{predictor}/spec"
            answer = self.client("ssm").get_parameter(Name=name)
            self._specs[predictor] = json.loads(answer["Parameter"]["Value"])
        return self._specs[predictor]

    def live_model(self, predictor: str) -> str:
        """`none` or the ARN of the model package in service, read anew each time."""
        name = self.deployment.live_model_parameter(predictor)
        return str(self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])


def chosen_predictor(name: str | None) -> str:
    """The predictor of the YAML to drive: the one given, AUTOGLUON_PREDICTOR, or `sandbox`."""
    return name or os.environ.get("AUTOGLUON_PREDICTOR") or DEFAULT_PREDICTOR


def _unknown(predictor: str, environment: str, known: tuple[str, ...]) -> str:
    nearest = difflib.get_close_matches(predictor, known, n=1)
    hint = f" (did you mean {nearest[0]!r}?)" if nearest else ""
    return (
        f"Environment {environment!r} has no predictor {predictor!r}{hint}; give "
        f"`predictor=` one of {', '.join(known) or '(none yet)'}, or add it to "
        f"config/{environment}.yaml and run `cdk deploy --all`."
    )

"""Read where a deployed environment keeps everything, from its one SSM parameter."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, Self

from botocore.exceptions import ClientError

from autogluon_client.errors import NotDeployedError, VersionMismatchError

_VERSION = 1


@dataclass(frozen=True)
class Deployment:
    """Names and ARNs of one environment; see docs/reference/contracts.md."""

    environment: str
    region: str
    data_bucket: str
    artifact_bucket: str
    kms_key_arn: str
    training_role_arn: str
    serving_role_arn: str
    failure_topic_arn: str
    state_machines: dict[str, str]  # "train", "batch_predict", "promote" -> ARN
    predictors: tuple[str, ...]

    @classmethod
    def load(cls, session: Any, environment: str) -> Self:
        """Read the environment's description with a boto3 session.

        Fields that a later version of this project has added are left out.

        Raises:
            NotDeployedError: the session's account and region have no such environment.
            VersionMismatchError: this version cannot read its description.
        """
        name = f"/autogluon/{environment}/deployment"
        try:
            answer = session.client("ssm").get_parameter(Name=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            raise NotDeployedError(
                f"Environment {environment!r} is not deployed in {session.region_name} "
                f"(SSM parameter {name} not found).",
                environment=environment,
                advice=f"Deploy it with `cdk deploy --all -c environment={environment}`.",
            ) from error
        values = json.loads(answer["Parameter"]["Value"])
        wanted = [field.name for field in fields(cls)]
        lacking = [key for key in wanted if key not in values]
        if values.get("version") != _VERSION or lacking:
            raise _version_mismatch(environment, values.get("version"), lacking)
        known = {key: values[key] for key in wanted}
        return cls(**{**known, "predictors": tuple(values["predictors"])})

    def endpoint_name(self, predictor: str) -> str:
        """Return the name of the endpoint that serves a predictor while a model is live."""
        return f"autogluon-{self.environment}-{predictor}"

    def predictor_of(self, endpoint: str) -> str | None:
        """Return the predictor that an endpoint serves; None for one of another environment."""
        named = (name for name in self.predictors if self.endpoint_name(name) == endpoint)
        return next(named, None)

    def live_model_parameter(self, predictor: str) -> str:
        """Return the SSM parameter that holds `none` or the live model package's ARN."""
        return f"/autogluon/{self.environment}/predictors/{predictor}/live-model"


def _version_mismatch(
    environment: str, version: object, lacking: list[str]
) -> VersionMismatchError:
    without = f" without {', '.join(lacking)}" if lacking else ""
    return VersionMismatchError(
        f"Environment {environment!r} was deployed by another version of this project: its "
        f"description has version {version}{without}, and this client reads version {_VERSION}.",
        environment=environment,
        advice=f"Deploy it with this version, `cdk deploy --all -c environment={environment}`, or "
        "use the client of the version that deployed it.",
    )

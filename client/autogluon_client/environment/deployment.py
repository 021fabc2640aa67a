"""Read where a deployed environment keeps everything, from its SSM parameter."""

from __future__ import annotations

from typing import Any, Self

from botocore.exceptions import ClientError

from autogluon_client.errors import NotDeployedError, VersionMismatchError
from autogluon_contracts import names
from autogluon_contracts.document import DocumentError
from autogluon_contracts.documents.deployment import DeploymentDocument


class Deployment(DeploymentDocument):
    """Names and ARNs of one environment; see docs/reference/contracts.md."""

    @classmethod
    def load(cls, session: Any, environment: str) -> Self:
        """Read the environment's description with a boto3 session.

        Fields that a later version of this project has added are left out.

        Raises:
            NotDeployedError: the session's account and region have no such environment.
            VersionMismatchError: this version cannot read its description.
        """
        name = names.deployment_parameter(environment)
        ssm = session.client("ssm")

        def read(parameter: str) -> str:
            return str(ssm.get_parameter(Name=parameter)["Parameter"]["Value"])

        try:
            text = read(name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            raise NotDeployedError(
                f"Environment {environment!r} is not deployed in {session.region_name} "
                f"(SSM parameter {name} not found).",
                environment=environment,
                advice=f"Deploy it with `cdk deploy --all -c environment={environment}`.",
            ) from error
        try:
            found = cls.from_text(text)
        except DocumentError as error:
            raise VersionMismatchError(
                f"Environment {environment!r} was deployed by another version of this project "
                f"({'; '.join(error.problems)}).",
                environment=environment,
                advice=f"Deploy it with this version, `cdk deploy --all -c "
                f"environment={environment}`, or use the client of the version that deployed it.",
            ) from error
        return found.with_all_predictors(
            lambda number: read(names.more_predictors_parameter(environment, number))
        )

    def endpoint_name(self, predictor: str) -> str:
        """Return the name of the endpoint that serves a predictor while a model is live."""
        own = self.endpoint_names.get(predictor)
        return own or names.endpoint(self.environment, predictor)

    def predictor_of(self, endpoint: str) -> str | None:
        """Return the predictor that an endpoint serves; None for one of another environment."""
        served = (name for name in self.predictors if self.endpoint_name(name) == endpoint)
        return next(served, None)

    def live_model_parameter(self, predictor: str, variant: str = names.MAIN_VARIANT) -> str:
        """Return the SSM parameter that holds `none` or the live model package's ARN."""
        return names.live_model_parameter(self.environment, predictor, variant)

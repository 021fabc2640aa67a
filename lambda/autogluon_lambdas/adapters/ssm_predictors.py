"""Read predictors from SSM Parameter Store: `<prefix>/<predictor>/spec` and `.../live-model`."""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from autogluon_contracts.names import MAIN_VARIANT, NO_MODEL, live_model_path


class SsmPredictors:
    """A `PredictorStore` over boto3."""

    def __init__(self, client: Any, prefix: str) -> None:
        self._client = client
        self._prefix = prefix.rstrip("/")

    def names(self) -> list[str]:
        """Return the predictors that have a spec, sorted."""
        pages = self._client.get_paginator("get_parameters_by_path").paginate(
            Path=self._prefix, Recursive=True
        )
        paths = [
            parameter["Name"].removeprefix(self._prefix + "/").split("/")
            for page in pages
            for parameter in page["Parameters"]
        ]
        return sorted(path[0] for path in paths if path[1:] == ["spec"])

    def parameter(self, name: str, path: str) -> str | None:
        """Return a parameter below the predictor's path, such as `spec`, or None."""
        return self._value(f"{self._prefix}/{name}/{path}")

    def live_model(self, name: str, variant: str = MAIN_VARIANT) -> str:
        """Return `none` or a model package ARN."""
        return self._value(self.live_model_parameter(name, variant)) or NO_MODEL

    def live_model_written(self, name: str) -> datetime:
        """Return when the main variant's live model was last written."""
        parameter = self.live_model_parameter(name)
        found: datetime = self._client.get_parameter(Name=parameter)["Parameter"][
            "LastModifiedDate"
        ]
        return found

    def live_model_parameter(self, name: str, variant: str = MAIN_VARIANT) -> str:
        """Return the name of the parameter that holds a variant's live model."""
        return f"{self._prefix}/{name}/{live_model_path(variant)}"

    def _value(self, parameter: str) -> str | None:
        try:
            return str(self._client.get_parameter(Name=parameter)["Parameter"]["Value"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise

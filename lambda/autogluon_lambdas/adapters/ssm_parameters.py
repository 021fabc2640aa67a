"""Write and delete SSM parameters."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

_MOST_TO_DELETE = 10  # names in one DeleteParameters


class SsmParameters:
    """A `Parameters` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def value(self, name: str) -> str | None:
        """Return a parameter's value, or None."""
        try:
            return str(self._client.get_parameter(Name=name)["Parameter"]["Value"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise

    def below(self, path: str) -> dict[str, str]:
        """Return the values of all parameters below a path, by their names."""
        pages = self._client.get_paginator("get_parameters_by_path").paginate(
            Path=path, Recursive=True
        )
        return {found["Name"]: found["Value"] for page in pages for found in page["Parameters"]}

    def put(self, name: str, value: str, description: str) -> None:
        """Create or replace a parameter."""
        self._put(name, value, description, overwrite=True)

    def create(self, name: str, value: str, description: str) -> None:
        """Create a parameter; one that exists keeps its value."""
        try:
            self._put(name, value, description, overwrite=False)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterAlreadyExists":
                raise

    def delete(self, names: Sequence[str]) -> None:
        """Delete parameters; absent ones are fine."""
        for start in range(0, len(names), _MOST_TO_DELETE):
            self._client.delete_parameters(Names=list(names[start : start + _MOST_TO_DELETE]))

    def _put(self, name: str, value: str, description: str, *, overwrite: bool) -> None:
        self._client.put_parameter(
            Name=name,
            Value=value,
            Description=description,
            Type="String",
            # SSM chooses by the length; it refuses to make an advanced parameter a standard one.
            Tier="Intelligent-Tiering",
            Overwrite=overwrite,
        )

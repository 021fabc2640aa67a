"""Publish the client as a wheel, which a notebook instance installs."""

import importlib.metadata

from aws_cdk import Stack
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from autogluon_constructs.code.archives import client_sources, digest
from autogluon_constructs.code.staged_file import staged_file
from autogluon_constructs.identity.permissions import READ_OBJECTS, Permission, arn
from autogluon_contracts.code.wheel_file import Wheel

_DISTRIBUTION = "autogluon-cdk"
# Without versions: the instance's environments have most of them, for other packages as well.
_REQUIRES = ("boto3", "click", "pydantic>=2", "PyYAML", "rich")


class ClientWheel(Construct):
    """Publishes the Python client and `agcdk` as an asset that depends only on its files."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        sources = client_sources()
        wheel = Wheel(
            name=_DISTRIBUTION,
            version=importlib.metadata.version(_DISTRIBUTION),
            summary="The Python client and the command line of autogluon-cdk",
            files={name: path.read_bytes() for name, path in sources.items()},
            requires=_REQUIRES,
            commands={"agcdk": "autogluon_cli.main:main"},
        )
        self.file_name = wheel.file_name
        path = staged_file(self, wheel.file_name, wheel.to_bytes())
        self._asset = Asset(self, "Wheel", path=path, asset_hash=digest(sources))

    @property
    def uri(self) -> str:
        """Return `s3://.../<hash>.whl`, whose last part is not the wheel's name."""
        return self._asset.s3_object_url

    def read_permission(self) -> Permission:
        """Return what it takes to fetch the wheel."""
        bucket = arn(Stack.of(self), "s3", self._asset.s3_bucket_name, region=False)
        return Permission(
            actions=READ_OBJECTS, resources=(f"{bucket}/{self._asset.s3_object_key}",)
        )

"""Define model versions of the registry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.s3_location import S3Location

_ARN = re.compile(r"^arn:[^:]+:sagemaker:[^:]+:[0-9]{12}:model-package/(?P<group>[^/]+)/[0-9]+$")


@dataclass(frozen=True)
class ModelVersion:
    """One version as a list shows it."""

    arn: str
    version: int
    status: str


@dataclass(frozen=True)
class ModelPackage:
    """One version in full: its state and its container."""

    arn: str
    version: int
    status: str
    registration: str  # ModelPackageStatus: only Completed versions can be served
    image: str
    model_data_url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    metadata: VersionMetadata = field(default_factory=VersionMetadata)
    stage: str | None = None  # `<stage>/<status>`

    @property
    def artifact_sha256(self) -> str | None:
        """The artifact's hash, which the version's container verifies; None: not recorded."""
        return self.environment.get(ARTIFACT_VARIABLE)

    @property
    def run_folder(self) -> S3Location:
        """The folder of the run that made it; raises ValueError for an unusable artifact's URI."""
        # SageMaker writes <run folder>/output/model.tar.gz.
        return S3Location.parse(self.model_data_url).parent().parent()


def group_of(arn: str) -> str | None:
    """Return the group in a model package ARN, or None when the text is not such an ARN."""
    match = _ARN.match(arn)
    return match["group"] if match else None
